import { KeywayError } from '../errors.ts';
import type { Instant, Page, SourceRecord } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import { badAnswer } from './bad-answer.ts';
import type { Client } from './client.ts';
import { readRecords } from './record-reader.ts';
import { isObject, type RecordReader } from './source-record.ts';
import { resolveId } from './resolve-id.ts';
import { isTooHeavy } from './too-heavy.ts';

export interface BatchOptions {
  readonly client: Client;
  readonly object: string;
  readonly reader: RecordReader;
  readonly archived: boolean;
  /** When these records had changed already, as far as that has been shown: no older version is taken. */
  readonly atLeast?: ReadonlyMap<string, Instant>;
  readonly signal: AbortSignal;
}

/** What became of some ids: each is in exactly one of the three, or its survivor is among the records. */
export type Found = Pick<Page, 'records' | 'missing' | 'merged'>;

/** Reads these ids, in their order; every one is accounted for. */
export async function batchRead(ids: readonly string[], options: BatchOptions): Promise<Found> {
  const wanted = [...new Set(ids)];
  const chunks: string[][] = [];
  for (let at = 0; at < wanted.length; at += largestBatch) chunks.push(wanted.slice(at, at + largestBatch));
  const answers = await Promise.all(chunks.map((chunk) => readOrSplit(chunk, options)));
  return inOrder(wanted, answers, options);
}

/** HubSpot docs, Using object APIs. */
export const largestBatch = 100;

interface Answer {
  readonly records: readonly SourceRecord[];
  /** Named as not found by HubSpot. */
  readonly notFound: readonly string[];
  /** How many ids HubSpot refused to look up. */
  readonly spoilt: number;
}

/**
 * A batch that is too heavy is read in halves. So is one that HubSpot refuses, since one id can spoil a batch; but when
 * two single records in a row are refused, it isn't the ids.
 */
async function readOrSplit(ids: readonly string[], options: BatchOptions): Promise<Answer> {
  try {
    return await readBatch(ids, options);
  } catch (error) {
    if (!isTooHeavy(error) && !isRefused(error)) throw error;
    if (ids.length === 1) return await readSpoilt(ids[0] ?? '', error, options);
    const middle = Math.ceil(ids.length / 2);
    const first = await readOrSplit(ids.slice(0, middle), options);
    const second = await readOrSplit(ids.slice(middle), options);
    const spoilt = first.spoilt + second.spoilt;
    if (ids.length === 2 && spoilt === 2) throw error;
    return {
      records: [...first.records, ...second.records],
      notFound: [...first.notFound, ...second.notFound],
      spoilt,
    };
  }
}

function isRefused(error: unknown): error is KeywayError {
  return (
    error instanceof KeywayError && error.code === 'hubspot_bad_request' && error.details['status'] === 400
  );
}

/** An id that HubSpot refuses by itself is no record's; a record that it refuses is an error. */
async function readSpoilt(id: string, error: KeywayError, options: BatchOptions): Promise<Answer> {
  if (!isRefused(error) || (await resolveId(id, options)) !== undefined) throw error;
  return { records: [], notFound: [id], spoilt: 1 };
}

function readBatch(ids: readonly string[], options: BatchOptions): Promise<Answer> {
  const { client, object, reader, archived, signal } = options;
  return client.call(
    {
      method: 'POST',
      path: apiPaths.batchRead(object),
      ...(archived ? { query: { archived: 'true' } } : {}),
      body: { properties: reader.properties, propertiesWithHistory: [], inputs: ids.map((id) => ({ id })) },
      bucket: 'burst',
      records: reader,
      read: (body) => ({
        records: upToDate(readRecords(body, reader), options),
        notFound: notFoundIds(body),
        spoilt: 0,
      }),
    },
    signal,
  );
}

/** An answer from a replica that lags behind is asked for again. */
function upToDate(records: readonly SourceRecord[], { atLeast }: BatchOptions): readonly SourceRecord[] {
  if (atLeast === undefined) return records;
  const older = records.filter(
    ({ id, updatedAt }) => Date.parse(updatedAt) + oneSecond <= (atLeast.get(id) ?? Number.NaN),
  );
  if (older.length === 0) return records;
  throw badAnswer(`it has ${older.length} records in an older version than it has shown before`);
}

/** Endpoints need not write milliseconds alike. */
const oneSecond = 1000;

/** 207 lists the ids that it has not in one error; any other error leaves its ids unanswered and throws. */
function notFoundIds(body: unknown): readonly string[] {
  const errors = isObject(body) ? body['errors'] : undefined;
  if (errors === undefined || errors === null) return [];
  if (!Array.isArray(errors)) throw badAnswer('its errors are no list');
  return (errors as unknown[]).flatMap((error) => {
    const context = isObject(error) ? error['context'] : undefined;
    const ids = isObject(context) ? context['ids'] : undefined;
    const gone = isObject(error) && error['category'] === 'OBJECT_NOT_FOUND' && Array.isArray(ids);
    return gone ? (ids as unknown[]).map(String) : [];
  });
}

async function inOrder(
  wanted: readonly string[],
  answers: readonly Answer[],
  options: BatchOptions,
): Promise<Found> {
  const found = new Map(
    answers.flatMap(({ records }) => records.map((record) => [record.id, record] as const)),
  );
  const missing = new Set(answers.flatMap(({ notFound }) => notFound).filter((id) => !found.has(id)));
  const silent = wanted.filter((id) => !found.has(id) && !missing.has(id));
  const merged = await resolveSilent(silent, { found, missing }, options);
  // Survivors of merges come after the records that were asked for.
  const order = new Set([...wanted, ...found.keys()]);
  const records = [...order].flatMap((id) => found.get(id) ?? []);
  return { records, missing: wanted.filter((id) => missing.has(id)), merged };
}

interface Accounts {
  readonly found: Map<string, SourceRecord>;
  readonly missing: Set<string>;
}

/** Ids neither found nor reported: HubSpot leaves out those that were merged away. Single reads tell. */
async function resolveSilent(
  silent: readonly string[],
  { found, missing }: Accounts,
  options: BatchOptions,
): Promise<Found['merged']> {
  if (silent.length === 0) return [];
  const targets = await Promise.all(silent.map(async (id) => ({ id, into: await resolveId(id, options) })));
  const unread = new Set(targets.flatMap(({ into }) => (into === undefined || found.has(into) ? [] : into)));
  const answer = await readAll([...unread], options);
  for (const record of answer.records) found.set(record.id, record);
  const merged: { id: string; into: string }[] = [];
  for (const { id, into } of targets) {
    if (into === undefined || answer.notFound.includes(into)) missing.add(id);
    else if (!found.has(into)) throw badAnswer(`it does not account for record ${id}`);
    else if (into !== id) merged.push({ id, into });
  }
  return merged;
}

/** Records that are known to exist: what an answer still leaves out is asked for again a few times. */
async function readAll(ids: readonly string[], options: BatchOptions): Promise<Answer> {
  const records: SourceRecord[] = [];
  const notFound: string[] = [];
  let left = ids;
  for (let tries = 0; left.length > 0 && tries < mostTries; tries += 1) {
    const answer = await readOrSplit(left, options);
    records.push(...answer.records);
    notFound.push(...answer.notFound);
    const answered = new Set([...answer.records.map(({ id }) => id), ...answer.notFound]);
    left = left.filter((id) => !answered.has(id));
  }
  return { records, notFound, spoilt: 0 };
}

const mostTries = 4;
