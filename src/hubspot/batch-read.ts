import type { FailedRecord, Page, SourceRecord } from '../source.ts';
import { documentedSizes } from './page-sizes.ts';
import { joined, openTally, readOrSplit } from './read-or-split.ts';
import type { Answer, BatchOptions, BatchQuestion, Versioned } from './read-or-split.ts';
import { readRecords } from './record-reader.ts';
import { resolveId } from './resolve-id.ts';
import type { RecordReader } from './source-record.ts';

/** What became of some ids: each is in exactly one of the four, and the survivors of merges are among the records. */
interface Found<Each> extends Pick<Page, 'missing' | 'merged' | 'failed'> {
  readonly records: readonly Each[];
}

/** Asks for values. */
export function valuesQuestion(reader: RecordReader): BatchQuestion<SourceRecord> {
  const { properties } = reader;
  return { properties, history: [], records: reader, read: (body) => readRecords(body, reader) };
}

/**
 * Reads these ids, in their order; every one is accounted for. Some may fail, even all; throws when HubSpot gives no other
 * record either.
 */
export async function batchRead<Each extends Versioned>(
  ids: readonly string[],
  options: BatchOptions<Each>,
): Promise<Found<Each>> {
  const wanted = [...new Set(ids)];
  const chunks: string[][] = [];
  const { batch } = options.client.sizes;
  const most = options.question.history.length > 0 ? Math.ceil(batch / 2) : batch;
  for (let at = 0; at < wanted.length; at += most) chunks.push(wanted.slice(at, at + most));
  const tally = openTally(wanted);
  const answers = await Promise.all(chunks.map((chunk) => readOrSplit(chunk, options, tally)));
  return inOrder(wanted, joined(answers), options);
}

export const largestHistoryBatch = documentedSizes.batch / 2;

async function inOrder<Each extends Versioned>(
  wanted: readonly string[],
  { records: given, notFound, failed: broken }: Answer<Each>,
  options: BatchOptions<Each>,
): Promise<Found<Each>> {
  const found = new Map(given.map((record) => [record.id, record]));
  const failed = new Map(broken.map((each) => [each.id, each]));
  const missing = new Set(options.verified === true ? [] : notFound.filter((id) => !found.has(id)));
  const silent = wanted.filter((id) => !found.has(id) && !missing.has(id) && !failed.has(id));
  const merged = await resolveSilent(silent, { found, missing, failed }, options);
  // Survivors of merges come after the records that were asked for.
  const order = new Set([...wanted, ...found.keys()]);
  const records = [...order].flatMap((id) => found.get(id) ?? []);
  return { records, missing: wanted.filter((id) => missing.has(id)), merged, failed: [...failed.values()] };
}

interface Accounts<Each> {
  readonly found: Map<string, Each>;
  readonly missing: Set<string>;
  readonly failed: Map<string, FailedRecord>;
}

/**
 * Ids neither found nor reported: HubSpot leaves out those that were merged away, or reports them as missing. Single reads tell.
 */
async function resolveSilent<Each extends Versioned>(
  silent: readonly string[],
  { found, missing, failed }: Accounts<Each>,
  options: BatchOptions<Each>,
): Promise<Page['merged']> {
  if (silent.length === 0) return [];
  const targets = await Promise.all(silent.map(async (id) => ({ id, into: await resolveId(id, options) })));
  const unread = new Set(targets.flatMap(({ into }) => (into === undefined || found.has(into) ? [] : into)));
  const answer = await readAll([...unread], options);
  for (const record of answer.records) found.set(record.id, record);
  const reasons = new Map(answer.failed.map(({ id, reason }) => [id, reason]));
  const merged: { id: string; into: string }[] = [];
  for (const { id, into } of targets) {
    if (into === undefined) missing.add(id);
    // Of two answers that contradict each other, the one by which nothing is lost.
    else if (!found.has(into)) failed.set(id, { id, reason: reasons.get(into) ?? unaccounted });
    else if (into !== id) merged.push({ id, into });
  }
  return merged;
}

const unaccounted = 'HubSpot knows the record, but leaves it out of every answer.';

/** Records that are known to exist: what an answer still leaves out is asked for again a few times. */
async function readAll<Each extends Versioned>(
  ids: readonly string[],
  options: BatchOptions<Each>,
): Promise<Answer<Each>> {
  const answers: Answer<Each>[] = [];
  let left = ids;
  for (let tries = 0; left.length > 0 && tries < mostTries; tries += 1) {
    const answer = await readOrSplit(left, options, openTally(left));
    answers.push(answer);
    const answered = new Set([
      ...answer.records.map(({ id }) => id),
      ...answer.notFound,
      ...answer.failed.map(({ id }) => id),
    ]);
    left = left.filter((id) => !answered.has(id));
  }
  return joined(answers);
}

const mostTries = 4;
