import type { ListReading } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { MemberPage } from '../dictionaries.ts';
import type { Instant } from '../source.ts';
import { saidOf, type ListRun, type LivingList } from './list-run.ts';

/** The members of one list, while they are being read. */
export interface MembersRun {
  readonly list: LivingList;
  readonly startedAt: Instant;
  readonly said: ListReading['said'];
  /** Members that earlier runs have read. */
  readonly found: number;
  /** Also the first page, which is under way before its turn. */
  readonly pages: AsyncIterable<MemberPage>;
}

/** Begins to read a list, or goes on where an earlier run has left it. */
export async function beginMembers(run: ListRun, list: LivingList): Promise<MembersRun | KeywayError> {
  const { source, signal } = run.context;
  const { reading } = run.checkpoint;
  const left = reading?.list === list.id ? reading : undefined;
  const startedAt = left?.startedAt ?? source.now();
  const said = left?.said ?? saidOf(run.pipeline, list);
  const pages = source.listMembers(list.id, left?.position, signal)[Symbol.asyncIterator]();
  try {
    const first = await pages.next();
    const found = left?.found ?? 0;
    return { list, startedAt, said, found, pages: settled(run, list, { first, pages, left }) };
  } catch (error) {
    if (isOfItsOwn(error)) return error;
    throw error;
  }
}

/** Whether it says nothing of other lists. */
export function isOfItsOwn(error: unknown): error is KeywayError {
  if (!(error instanceof KeywayError) || error.verdict === 'stop') return false;
  return error.code.startsWith('hubspot_') || error.verdict === 'skip';
}

interface Coming {
  readonly first: IteratorResult<MemberPage>;
  readonly pages: AsyncIterator<MemberPage>;
  readonly left: ListReading | undefined;
}

/**
 * The pages, of which the last is asked for once more where it would take away what is stored and the list's size does not
 * bear it out: half an answer looks like the end of a list.
 */
async function* settled(
  run: ListRun,
  list: LivingList,
  { first, pages, left }: Coming,
): AsyncGenerator<MemberPage> {
  const { source, signal } = run.context;
  let found = left?.found ?? 0;
  let position = left?.position;
  for (let next = first; next.done !== true; next = await pages.next()) {
    const page = next.value;
    if (page.after === '0') found = 0;
    found += page.members.length;
    if (page.last && list.size !== String(found) && (await takesAway(run, list, page))) {
      yield* source.listMembers(list.id, page.after === '0' ? undefined : position, signal);
      return;
    }
    yield page;
    position = page.position;
  }
}

async function takesAway(
  { context, pipeline }: ListRun,
  list: LivingList,
  page: MemberPage,
): Promise<boolean> {
  const stored = await context.warehouse.countRows({
    table: pipeline.memberships.name,
    within: withinList(list),
    range: { column: 'record_id', after: page.after },
  });
  return stored > page.members.length;
}

export function withinList({
  id,
  objectType,
}: Pick<LivingList, 'id' | 'objectType'>): Record<string, string> {
  return { list_id: id, object_type: objectType };
}
