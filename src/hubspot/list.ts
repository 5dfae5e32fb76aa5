import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import { badAnswer } from './bad-answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Client } from './client.ts';
import { compareIds, type Instant } from '../source.ts';
import { documentedSizes } from './page-sizes.ts';
import { queryText } from './query-text.ts';
import { isObject, type RecordReader } from './source-record.ts';

export interface ListOptions<T> extends Omit<KeysetOptions<T>, 'request'> {
  readonly archived: boolean;
  readonly properties: readonly string[];
}

export interface KeysetOptions<T> {
  readonly client: Client;
  /** What is listed. */
  readonly object: string;
  readonly request: (cursor: string | null) => Pick<ApiRequest<unknown>, 'path' | 'query' | 'exactNumbers'>;
  readonly read: (body: unknown) => readonly T[];
  /** Where the items are whole records. */
  readonly records?: RecordReader;
  readonly idOf: (item: T) => string;
  /** Tells which of two items with one id is newer. */
  readonly versionOf?: (item: T) => Instant;
  /** The highest id before the cursor from which the pages are read. */
  readonly afterId?: string;
  readonly signal: AbortSignal;
}

/** A page of the list, in ascending id order; what was on the page before is left out. */
export interface ListPage<T> {
  readonly items: readonly T[];
  /** The cursor of the next page, opaque; nothing on the last one. */
  readonly next: string | null;
}

/** All pages of the list endpoint from a cursor on. */
export function listPages<T>(after: string | null, options: ListOptions<T>): AsyncGenerator<ListPage<T>> {
  const path = apiPaths.records(options.object);
  return keysetPages(after, {
    ...options,
    request: (cursor) => ({
      path,
      query: listQuery({ ...options, limit: options.client.sizes.list }, cursor),
    }),
  });
}

/**
 * All pages of an endpoint that lists by id, from a cursor on. It is a keyset: ids must ascend from page to page, else pages
 * would overlap or gape. Only the absence of a next cursor ends the list: short and empty pages don't.
 */
export async function* keysetPages<T>(
  after: string | null,
  options: KeysetOptions<T>,
): AsyncGenerator<ListPage<T>> {
  let cursor = after;
  let lastId = options.afterId ?? '0';
  // The first row of the next page may have come with the one before, and been the last that is known.
  let latest: ReadonlySet<string> = new Set([lastId]);
  const barren = new Set<string>();
  for (;;) {
    const page = await unlooped(cursor, { options, latest, lastId, barren });
    yield page;
    if (page.next === null) return;
    const last = page.items.at(-1);
    if (last === undefined) barren.add(page.next);
    else {
      barren.clear();
      lastId = options.idOf(last);
      latest = new Set(page.items.map((item) => options.idOf(item)));
    }
    cursor = page.next;
  }
}

interface Place<T> {
  readonly options: KeysetOptions<T>;
  /** The ids of the latest page that had any. */
  readonly latest: ReadonlySet<string>;
  readonly lastId: string;
  /** The cursors of the empty pages just seen: what else would show that they lead in a circle? */
  readonly barren: ReadonlySet<string>;
}

/** A cursor that leads back is asked again once, then given up: following it would never end. */
async function unlooped<T>(cursor: string | null, place: Place<T>): Promise<ListPage<T>> {
  for (const lastTry of [false, true]) {
    const page = await fetchPage(cursor, place);
    const circle = page.next !== null && (page.next === cursor || place.barren.has(page.next));
    if (!circle) return page;
    if (lastTry) break;
  }
  throw new KeywayError(
    'hubspot_bad_answer',
    `HubSpot's list of ${place.options.object} leads in a circle. Run again later; the pages so far are kept.`,
    { verdict: 'skip' },
  );
}

function fetchPage<T>(cursor: string | null, place: Place<T>): Promise<ListPage<T>> {
  const { client, request, records, signal } = place.options;
  return client.call(
    {
      method: 'GET',
      ...request(cursor),
      bucket: 'burst',
      ...(records === undefined ? {} : { records }),
      read: (body) => ({ items: ascending(place.options.read(body), place), next: nextCursor(body) }),
    },
    signal,
  );
}

/** Whether a list can be asked for so many properties; else it gives ids alone. */
export function fitsQuery(properties: readonly string[], archived: boolean): boolean {
  // Cursors are as long as ids.
  return (
    queryText(listQuery({ properties, archived, limit: documentedSizes.list }, '9'.repeat(20))).length <=
    longestQuery
  );
}

/** HubSpot fails near 16,200 characters, and some proxies in between earlier. */
const longestQuery = 7000;

function listQuery(
  options: Pick<ListOptions<unknown>, 'archived' | 'properties'> & { readonly limit: number },
  cursor: string | null,
): Readonly<Record<string, string>> {
  return {
    limit: String(options.limit),
    archived: String(options.archived),
    properties: options.properties.join(','),
    ...(cursor === null ? {} : { after: cursor }),
  };
}

/** `paging.next.after`; absent on the last page. `paging.next.link` is never followed: it could point anywhere. */
export function nextCursor(body: unknown): string | null {
  const paging = isObject(body) ? body['paging'] : undefined;
  if (paging === undefined || paging === null) return null;
  const next = isObject(paging) ? paging['next'] : undefined;
  if (isObject(paging) && (next === undefined || next === null)) return null;
  const after = isObject(next) ? next['after'] : undefined;
  if (typeof after === 'number') return String(after);
  if (typeof after !== 'string' || after === '') throw badAnswer('its cursor is unusable');
  return after;
}

function ascending<T>(items: readonly T[], place: Place<T>): readonly T[] {
  const { idOf, versionOf = () => 0 } = place.options;
  const fresh = items.filter((item) => !place.latest.has(idOf(item)));
  const newestLast = fresh.toSorted((a, b) => versionOf(a) - versionOf(b));
  const once = [...new Map(newestLast.map((item) => [idOf(item), item])).values()];
  const sorted = once.sort((a, b) => compareIds(idOf(a), idOf(b)));
  const first = sorted[0];
  if (first !== undefined && compareIds(idOf(first), place.lastId) <= 0) {
    throw badAnswer('its ids do not ascend from page to page');
  }
  return sorted;
}
