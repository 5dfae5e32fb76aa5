import { KeywayError } from '../errors.ts';
import type { Instant, Page, Scan, SourceObject, SourceRecord } from '../source.ts';
import { ahead } from './ahead.ts';
import { badAnswer } from './bad-answer.ts';
import { batchRead, valuesQuestion } from './batch-read.ts';
import { changedIds } from './changed-ids.ts';
import type { Client } from './client.ts';
import { fullBatches } from './full-batches.ts';
import { indexProgress } from './index-progress.ts';
import { fitsQuery, listPages, type ListPage } from './list.ts';
import { listPosition, searchPosition, writePosition } from './position.ts';
import type { BatchOptions } from './read-or-split.ts';
import { readRecords, resultsOf } from './record-reader.ts';
import { changeOf, recordId, type RecordReader } from './source-record.ts';
import { openSearch, type Search } from './search.ts';
import { isTooHeavy } from './too-heavy.ts';

export interface ReadOptions {
  readonly client: Client;
  readonly object: SourceObject;
  readonly properties: readonly string[];
  /** Pages fetched before they are asked for. */
  readonly fetchAhead: number;
  readonly signal: AbortSignal;
}

/** The answer to a scan, page by page. Leaving the loop early ends what is under way. */
export function read(scan: Scan, options: ReadOptions): AsyncGenerator<Page> {
  switch (scan.kind) {
    case 'all':
      return list(scan.position ?? fromId(scan.fromId), options, false);
    case 'archived':
      return list(scan.position, options, true);
    case 'changes':
      return changes(scan, options);
    case 'ids':
      return byId(scan, options);
  }
}

/** The cursor of a list is the id with which its next page begins (HubSpot docs, Using object APIs). */
function fromId(id: string | undefined): string | undefined {
  return id === undefined ? undefined : writePosition({ after: id });
}

/** A page of thousands of properties takes megabytes: of such, fewer are fetched ahead. */
function pagesAhead({ client, properties, fetchAhead }: ReadOptions): number {
  const most = Math.floor(valuesAhead / (client.sizes.batch * Math.max(1, properties.length)));
  return Math.max(2, Math.min(fetchAhead, most));
}

/** Values, empty ones included, that may wait in pages fetched ahead. */
const valuesAhead = 500_000;

async function* list(
  position: string | undefined,
  options: ReadOptions,
  archived: boolean,
): AsyncGenerator<Page> {
  const { after } = listPosition(position);
  let begun = after === null;
  try {
    for await (const page of listFrom(after, options, archived)) {
      begun = true;
      yield page;
    }
  } catch (error) {
    const stale = !begun && error instanceof KeywayError && error.details['status'] === 400;
    if (!stale) throw error;
    // A cursor kept from an earlier run may have expired. From the start, nothing is missed.
    yield* listFrom(null, options, archived);
  }
}

async function* listFrom(
  after: string | null,
  options: ReadOptions,
  archived: boolean,
): AsyncGenerator<Page> {
  let next = after;
  if (fitsQuery(options.properties, archived)) {
    try {
      for await (const page of listRecords(after, options, archived)) {
        next = listPosition(page.position).after;
        yield page;
      }
      return;
    } catch (error) {
      if (!isTooHeavy(error)) throw error;
      // The next hundred records are too much for one answer; batch reads can be halved.
    }
  }
  yield* listThenRead(next, options, archived);
}

function listRecords(after: string | null, options: ReadOptions, archived: boolean): AsyncGenerator<Page> {
  const { client, object, properties, signal } = options;
  const width = pagesAhead(options);
  const reader = readerOf(options);
  const list = { client, object: object.object, archived, properties };
  return ahead({
    width,
    signal,
    source: (signal) =>
      listPages<SourceRecord>(after, {
        ...list,
        read: (body) => readListed(body, reader, archived),
        records: reader,
        idOf: (record) => record.id,
        versionOf: ({ updatedAt }) => Date.parse(updatedAt),
        signal,
      }),
    map: (page) =>
      Promise.resolve({ records: page.items, missing: [], merged: [], failed: [], ...progress(page) }),
  });
}

function readListed(body: unknown, reader: RecordReader, archived: boolean): SourceRecord[] {
  const records = readRecords(body, reader);
  if (records.some((record) => record.archived !== archived)) {
    throw badAnswer(`its list holds records that are ${archived ? 'not ' : ''}archived`);
  }
  return records;
}

/** For more properties than a URL can carry: the list gives ids, batch reads in parallel give values. */
function listThenRead(after: string | null, options: ReadOptions, archived: boolean): AsyncGenerator<Page> {
  const { client, object, signal } = options;
  const width = pagesAhead(options);
  const list = { client, object: object.object, archived, properties: ['hs_object_id'] };
  return ahead({
    width,
    signal,
    source: (signal) =>
      listPages<Listed>(after, {
        ...list,
        read: (body) =>
          resultsOf(body).map((result) => ({ id: recordId(result), changedAt: changeOf(result) })),
        idOf: ({ id }) => id,
        signal,
      }),
    map: async (page, signal) => {
      const ids = page.items.map(({ id }) => id);
      const atLeast = new Map(page.items.map(({ id, changedAt }) => [id, changedAt]));
      const found = await batchRead(ids, { ...batchOptions({ ...options, signal }, archived), atLeast });
      return { ...found, ...progress(page) };
    },
  });
}

interface Listed {
  readonly id: string;
  readonly changedAt: Instant;
}

function progress(page: ListPage<unknown>): Pick<Page, 'position' | 'last'> {
  return { position: writePosition({ after: page.next }), last: page.next === null };
}

function changes(scan: Extract<Scan, { kind: 'changes' }>, options: ReadOptions): AsyncGenerator<Page> {
  const { from, until } = scan;
  const first = searchPosition(scan.position) ?? { from, until: Math.max(from, until), afterId: '0' };
  const atLeast = new Map<string, Instant>();
  const { watermark, created } = options.object;
  const date = scan.by === 'created' ? created : watermark;
  const searching = (signal: AbortSignal): Search => openSearch(options.client, options.object, date, signal);
  const indexUpTo = indexProgress(scan);
  return ahead({
    width: pagesAhead(options),
    signal: options.signal,
    source: (signal) => {
      const { sizes } = options.client;
      const search = noting(searching(signal), atLeast);
      return fullBatches(changedIds(search, first, until, sizes), first, sizes.batch);
    },
    map: async ({ ids, window, done }, signal) => {
      const last = done && window.until >= until;
      const changedAt = ids.map((id) => atLeast.get(id));
      const shown = await indexUpTo(changedAt, { last, search: searching(signal) });
      const found = await batchRead(ids, { ...batchOptions({ ...options, signal }, false), atLeast });
      for (const id of ids) atLeast.delete(id);
      return { ...found, position: writePosition(window), last, ...(shown !== undefined && { shown }) };
    },
  });
}

/** A search that remembers how new the records are that it shows. */
function noting(search: Search, changedAt: Map<string, Instant>): Search {
  return async (range) => {
    const hits = await search(range);
    for (const [id, at] of hits.changedAt ?? []) changedAt.set(id, at);
    return hits;
  };
}

/** These records among the living, or in the bin. */
function byId(
  { ids, archived = false, verified = false, atLeast }: Extract<Scan, { kind: 'ids' }>,
  options: ReadOptions,
): AsyncGenerator<Page> {
  const how = { verified, ...(atLeast && { atLeast }) };
  return ahead({
    width: pagesAhead(options),
    signal: options.signal,
    source: () => batches([...new Set(ids)], options.client.sizes.batch),
    map: async ({ ids, last }, signal) => ({
      ...(await batchRead(ids, { ...batchOptions({ ...options, signal }, archived), ...how })),
      position: '',
      last,
    }),
  });
}

async function* batches(
  ids: readonly string[],
  size: number,
): AsyncGenerator<{ ids: readonly string[]; last: boolean }> {
  for (let at = 0; at === 0 || at < ids.length; at += size) {
    yield { ids: ids.slice(at, at + size), last: at + size >= ids.length };
  }
}

function batchOptions(options: ReadOptions, archived: boolean): BatchOptions<SourceRecord> {
  const { client, object, signal } = options;
  return { client, object: object.object, question: valuesQuestion(readerOf(options)), archived, signal };
}

function readerOf({ properties, object }: ReadOptions): RecordReader {
  return { properties, watermark: object.watermark };
}
