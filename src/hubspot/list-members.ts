import { z } from 'zod';
import { KeywayError } from '../errors.ts';
import type { MemberPage } from '../dictionaries.ts';
import type { Position } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { checked, id, text } from './dictionary.ts';
import { keysetPages } from './list.ts';
import { memberPosition, writePosition, type MemberPosition } from './position.ts';

interface MembersOptions {
  readonly list: string;
  readonly position: Position | undefined;
  readonly signal: AbortSignal;
}

/** The members of a list in ascending id order, from a position on. */
export async function* readListMembers(client: Client, options: MembersOptions): AsyncGenerator<MemberPage> {
  const from = memberPosition(options.position);
  let begun = from.after === null;
  try {
    for await (const page of pagesFrom(client, from, options)) {
      begun = true;
      yield page;
    }
  } catch (error) {
    const isCursors =
      error instanceof KeywayError &&
      (error.details['status'] === 400 || error.code === 'hubspot_bad_answer');
    if (begun || !isCursors) throw error;
    // A cursor kept from an earlier run may have expired, or lead elsewhere by now. From the start, nothing is missed.
    yield* pagesFrom(client, memberPosition(undefined), options);
  }
}

async function* pagesFrom(
  client: Client,
  { after, afterId }: MemberPosition,
  { list, signal }: MembersOptions,
): AsyncGenerator<MemberPage> {
  const path = apiPaths.listMembers(list);
  const pages = keysetPages(after, {
    client,
    object: `the members of list ${list}`,
    request: (cursor) => ({
      path,
      query: { limit: '250', ...(cursor === null ? {} : { after: cursor }) },
      exactNumbers: true,
    }),
    read: (body) => read(body).results,
    idOf: (member) => member.recordId,
    afterId,
    signal,
  });
  let lastId = afterId;
  for await (const { items, next } of pages) {
    const upTo = items.at(-1)?.recordId ?? lastId;
    const position = writePosition({ after: next, afterId: upTo });
    yield { members: items, after: lastId, upTo, position, last: next === null };
    lastId = upTo;
  }
}

const member = z
  .object({ recordId: id.pipe(z.string().regex(/^\d{1,19}$/)), membershipTimestamp: text })
  .transform(({ recordId, membershipTimestamp }) => ({ recordId, joinedAt: membershipTimestamp }));

const read = checked(z.object({ results: z.array(member) }));
