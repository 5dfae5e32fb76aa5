import { KeywayError } from '../errors.ts';
import type { FailedRecord, Instant } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import { badAnswer } from './bad-answer.ts';
import type { Client } from './client.ts';
import { firstIds } from './first-ids.ts';
import { resolveId } from './resolve-id.ts';
import { isObject, type RecordReader } from './source-record.ts';
import { isTooHeavy } from './too-heavy.ts';

/** What every answer says of a record. */
export interface Versioned {
  readonly id: string;
  readonly updatedAt: string;
}

/** What is asked of each record, and how the answer is read. */
export interface BatchQuestion<Each extends Versioned> {
  readonly properties: readonly string[];
  /** Properties whose history is wanted. */
  readonly history: readonly string[];
  readonly records?: RecordReader;
  read(body: unknown): readonly Each[];
}

export interface BatchOptions<Each extends Versioned> {
  readonly client: Client;
  readonly object: string;
  readonly question: BatchQuestion<Each>;
  readonly archived: boolean;
  /** When these records had changed already, as far as that has been shown: no older version is taken. */
  readonly atLeast?: ReadonlyMap<string, Instant>;
  /** Whether those times are from such answers, too: then milliseconds are compared where there are any. */
  readonly exact?: boolean;
  /** Whether ids that are reported as missing are looked up on their own. */
  readonly verified?: boolean;
  readonly signal: AbortSignal;
}

export interface Answer<Each> {
  readonly records: readonly Each[];
  /** Named as not found by HubSpot. */
  readonly notFound: readonly string[];
  readonly failed: readonly FailedRecord[];
}

/** What became of the questions so far: if only refusals, it may not be the ids. */
export interface Tally {
  readonly wanted: ReadonlySet<string>;
  answered: number;
  /** Refused by themselves. */
  readonly alone: Set<string>;
  /** Whether HubSpot gives another record: asked once, for all that are refused. */
  another?: Promise<boolean>;
}

export function openTally(wanted: readonly string[]): Tally {
  return { wanted: new Set(wanted), answered: 0, alone: new Set() };
}

/**
 * A batch that is too heavy is read in halves. So is one that HubSpot refuses, or fails at, since one id can spoil a batch:
 * it is found, and the others are read.
 */
export async function readOrSplit<Each extends Versioned>(
  ids: readonly string[],
  options: BatchOptions<Each>,
  tally: Tally,
): Promise<Answer<Each>> {
  try {
    const answer = await readBatch(ids, options);
    tally.answered += 1;
    return answer;
  } catch (error) {
    if (isStale(error)) return await withoutStale(ids, options, error);
    if (!isTooHeavy(error) && !isRefused(error)) throw error;
    if (ids.length === 1) return await readAlone(ids[0] ?? '', error, { options, tally });
    const middle = Math.ceil(ids.length / 2);
    const first = await readOrSplit(ids.slice(0, middle), options, tally);
    const second = await readOrSplit(ids.slice(middle), options, tally);
    return joined([first, second]);
  }
}

export function joined<Each>(answers: readonly Answer<Each>[]): Answer<Each> {
  return {
    records: answers.flatMap(({ records }) => records),
    notFound: answers.flatMap(({ notFound }) => notFound),
    failed: answers.flatMap(({ failed }) => failed),
  };
}

function isRefused(error: unknown): error is KeywayError {
  return (
    error instanceof KeywayError && error.code === 'hubspot_bad_request' && error.details['status'] === 400
  );
}

/** An id that HubSpot refuses by itself may be no record's; a record that it refuses, or fails at, has failed. */
async function readAlone<Each extends Versioned>(
  id: string,
  error: KeywayError,
  { options, tally }: { readonly options: BatchOptions<Each>; readonly tally: Tally },
): Promise<Answer<Each>> {
  tally.alone.add(id);
  if (tally.answered === 0 && tally.alone.size >= mostAlone) {
    tally.another ??= givesAnother(options, tally);
    if (!(await tally.another)) throw error;
    tally.answered += 1;
  }
  if (isRefused(error) && (await resolveId(id, options)) === undefined) {
    return { records: [], notFound: [id], failed: [] };
  }
  return { records: [], notFound: [], failed: [{ id, reason: error.message }] };
}

/** So many records in a row of which HubSpot gives none: that may be no matter of theirs. */
const mostAlone = 4;

/** Whether HubSpot answers the same question for any other record: then what it fails at are these. */
async function givesAnother<Each extends Versioned>(
  options: BatchOptions<Each>,
  { wanted, alone }: Tally,
): Promise<boolean> {
  const { client, object, signal } = options;
  const listed = await unlessRefused(client.call(firstIds(object, { archived: false }), signal), []);
  const others = listed.filter((id) => !alone.has(id));
  const likely = [...others.filter((id) => !wanted.has(id)), ...others.filter((id) => wanted.has(id))];
  for (const id of likely.slice(0, mostAlone)) {
    const { records } = await unlessRefused(readBatch([id], { ...options, archived: false }), none);
    if (records.length > 0) return true;
  }
  return false;
}

const none = { records: [], notFound: [], failed: [] };

async function unlessRefused<Given>(asked: Promise<Given>, otherwise: Given): Promise<Given> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof KeywayError && error.verdict !== 'stop') return otherwise;
    throw error;
  }
}

function readBatch<Each extends Versioned>(
  ids: readonly string[],
  options: BatchOptions<Each>,
): Promise<Answer<Each>> {
  const { client, object, question, archived, signal } = options;
  const { properties, history, records } = question;
  return client.call(
    {
      method: 'POST',
      path: apiPaths.batchRead(object),
      ...(archived ? { query: { archived: 'true' } } : {}),
      body: { properties, propertiesWithHistory: history, inputs: ids.map((id) => ({ id })) },
      bucket: 'burst',
      ...(records === undefined ? { exactNumbers: true } : { records }),
      read: (body) => ({
        records: upToDate(question.read(body), options),
        notFound: notFoundIds(body),
        failed: [],
      }),
    },
    signal,
  );
}

/** An answer from a replica that lags behind is asked for again. */
function upToDate<Each extends Versioned>(
  records: readonly Each[],
  options: BatchOptions<Each>,
): readonly Each[] {
  const older = records.filter(isOlder(options));
  if (older.length === 0) return records;
  const what = `it has ${older.length} records in an older version than it has shown before`;
  throw badAnswer(what, { code: stale });
}

function isOlder({
  atLeast,
  exact = false,
}: Pick<BatchOptions<Versioned>, 'atLeast' | 'exact'>): (record: Versioned) => boolean {
  return ({ id, updatedAt }) => {
    const [at, known] = [Date.parse(updatedAt), atLeast?.get(id) ?? Number.NaN];
    return exact && at % oneSecond !== 0 ? at < known : at + oneSecond <= known;
  };
}

/** Endpoints need not write milliseconds alike. */
const oneSecond = 1000;
const stale = 'STALE';

function isStale(error: unknown): error is KeywayError {
  return error instanceof KeywayError && error.details['code'] === stale;
}

/** Records that stay behind what was shown have failed; the others of their batch are as good as any. */
async function withoutStale<Each extends Versioned>(
  ids: readonly string[],
  options: BatchOptions<Each>,
  { message: reason }: KeywayError,
): Promise<Answer<Each>> {
  const { atLeast: _atLeast, ...anyVersion } = options;
  const answer = await readBatch(ids, anyVersion);
  const isBehind = isOlder(options);
  return {
    ...answer,
    records: answer.records.filter((record) => !isBehind(record)),
    failed: answer.records.filter(isBehind).map(({ id }) => ({ id, reason })),
  };
}

/** 207 lists the ids that it has not in one error; any other error leaves its ids unanswered. */
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
