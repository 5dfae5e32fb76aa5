import { z } from 'zod';
import type { ListSearch, RecordList } from '../dictionaries.ts';
import { apiPaths } from './api-paths.ts';
import { badAnswer } from './bad-answer.ts';
import type { Client } from './client.ts';
import { checked, id, text } from './dictionary.ts';

/**
 * All lists, of every kind and object. HubSpot gives them by offset, and lists come and go meanwhile: pages overlap, and
 * what does not add up to the total is read again.
 */
export async function readLists(client: Client, signal: AbortSignal): Promise<ListSearch> {
  let search = await searchOnce(client, signal);
  for (let more = 0; !search.whole && more < repeats; more++) search = await searchOnce(client, signal);
  return search;
}

const repeats = 2;

/** The lists of these ids that there are. */
export async function readListsById(
  client: Client,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ListSearch> {
  const found = new Map<string, RecordList>();
  for (let start = 0; start < ids.length; start += largestPage) {
    const page = await ask(client, { ids: ids.slice(start, start + largestPage), offset: 0 }, signal);
    for (const list of page.lists) found.set(list.id, list);
  }
  return { lists: [...found.values()], whole: true };
}

async function searchOnce(client: Client, signal: AbortSignal): Promise<ListSearch> {
  const found = new Map<string, RecordList>();
  const totals = new Set<number>();
  for (let offset = 0; ;) {
    const page = await ask(client, { ids: [], offset }, signal);
    for (const list of page.lists) found.set(list.id, list);
    totals.add(page.total);
    if (!page.hasMore) break;
    if (page.offset <= offset) throw badAnswer('its pages lead in a circle');
    offset = Math.max(offset + 1, page.offset - overlap);
  }
  return { lists: [...found.values()], whole: totals.size === 1 && totals.has(found.size) };
}

/** What HubSpot gives at once at most. */
const largestPage = 500;

/** By how many places lists may move forward between two pages without being missed. */
const overlap = 10;

interface Asked {
  readonly ids: readonly string[];
  readonly offset: number;
}

function ask(client: Client, { ids, offset }: Asked, signal: AbortSignal): Promise<z.output<typeof answer>> {
  const additionalProperties = ['hs_list_size', 'hs_last_record_added_at', 'hs_last_record_removed_at'];
  const body = {
    query: '',
    listIds: ids,
    processingTypes: [],
    additionalProperties,
    count: largestPage,
    offset,
  };
  return client.call(
    { method: 'POST', path: apiPaths.lists(), body, bucket: 'burst', read: checked(answer) },
    signal,
  );
}

const list = z
  .object({
    listId: id,
    name: text,
    objectTypeId: z.string().regex(/^\d+-\d+$/),
    processingType: text,
    processingStatus: text,
    createdAt: text,
    updatedAt: text,
    createdById: text,
    updatedById: text,
    deletedAt: text,
    filtersUpdatedAt: text,
    // Only strings, and only of what is not empty (OpenAPI, lists).
    additionalProperties: z.record(z.string(), text).nullish(),
  })
  .transform(({ listId, objectTypeId, additionalProperties, ...rest }) => ({
    ...rest,
    id: listId,
    typeId: objectTypeId,
    size: additionalProperties?.['hs_list_size'] ?? null,
    lastAddedAt: additionalProperties?.['hs_last_record_added_at'] ?? null,
    lastRemovedAt: additionalProperties?.['hs_last_record_removed_at'] ?? null,
  }));

const answer = z.object({
  lists: z.array(list),
  hasMore: z.boolean(),
  offset: z.number(),
  total: z.number(),
});
