import { KeywayError } from '../errors.ts';
import type { HistoryAnswer, RecordHistory } from '../history.ts';
import type { Row } from '../table.ts';
import { historyRows, type TrackedProperty } from '../transform/index.ts';
import type { StoredId, Write } from '../warehouse.ts';
import type { Part } from './batcher.ts';
import { rowsToAsk, type RowsToAsk } from './history-questions.ts';
import type { HistoryRun } from './history-run.ts';
import { callsAhead } from './link-parts.ts';
import { mapAhead } from './map-ahead.ts';

export interface HistoryPart extends Omit<Part, 'checkpoint'> {
  /** Everything up to this id is in. */
  readonly upTo: string;
}

/** What these properties of these rows' records have been; of those that could not be read, what is stored stays. */
export async function* historyParts(
  run: HistoryRun,
  tracked: readonly TrackedProperty[],
  chunks: AsyncIterable<readonly StoredId[]>,
  after = '0',
): AsyncIterable<HistoryPart> {
  const { context, pipeline, object, unread } = run;
  const most = context.source.limits.historyIds;
  // Some properties are not all that was due of a record that was unread.
  const isAll = run.tracked.every((property) => tracked.includes(property));
  let read = 0;
  const questions = rowsToAsk(chunks, { most, after });
  for await (const answer of mapAhead(questions, callsAhead, (rows) => answered(run, tracked, rows))) {
    const { records, missing, failed, rows, erased, upTo } = answer;
    read += rows.length;
    context.count({ read: rows.length });
    context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: 'history', read });
    const whole = isAll ? records : [];
    unread.note({ records: whole, missing: [...missing, ...erased], failed });
    noteVanished(run, { ...answer, records: whole });
    const writes: Write[] = [];
    if (rows.length > 0) writes.push({ kind: 'upsert', table: pipeline.table, rows });
    if (erased.length > 0) writes.push(forgotten(run, erased));
    const size = rows.reduce((total, row) => total + 100 + (row[valueAt(run)]?.length ?? 0), 0);
    yield { writes, rows: rows.length + erased.length, size, upTo };
  }

  function forgotten({ pipeline: { table } }: HistoryRun, ids: readonly string[]): Write {
    const within = { object_type: object.name };
    return { kind: 'replace', table, rows: [], within, parents: { column: 'object_id', ids } };
  }
}

/** What HubSpot has nowhere may come back before its row is written again: a merge can be taken back. */
function noteVanished(
  { vanished, object, tracked }: HistoryRun,
  { records, missing, failed, erased }: Answered,
): void {
  for (const { id } of [...records, ...failed]) vanished.delete(id);
  for (const id of erased) vanished.delete(id);
  for (const id of tracked.length === 0 ? [] : missing) vanished.add(id);
  if (vanished.size <= mostVanished) return;
  throw new KeywayError(
    'hubspot_bad_answer',
    `HubSpot has more than ${mostVanished} of the ${object.name} nowhere, though their rows are open. Sync ${object.name} first; what became of them is found out then.`,
    { verdict: 'retry', details: { vanished: vanished.size } },
  );
}

const mostVanished = 1000;

function valueAt({ pipeline }: HistoryRun): number {
  return pipeline.table.columns.findIndex(({ name }) => name === 'value');
}

interface Answered extends HistoryAnswer, Pick<RowsToAsk, 'erased' | 'upTo'> {
  readonly rows: readonly Row[];
}

async function answered(
  run: HistoryRun,
  tracked: readonly TrackedProperty[],
  asked: RowsToAsk,
): Promise<Answered> {
  const { erased, upTo } = asked;
  const { records, missing, failed } = await ask(run, tracked, asked);
  return { records, missing, failed, rows: await rowsOf(run, tracked, records), erased, upTo };
}

/**
 * What is not where its row says has been moved since, into the recycle bin or out of it: it is asked for there, and here
 * once more, since it may have been moved back meanwhile. What is in neither is gone, as its table will find out.
 */
async function ask(
  run: HistoryRun,
  tracked: readonly TrackedProperty[],
  asked: RowsToAsk,
): Promise<HistoryAnswer> {
  const properties = tracked.map(({ name }) => name);
  const { context, object } = run;
  let left = asked.records;
  const answers: HistoryAnswer[] = [];
  for (const archived of [asked.archived, !asked.archived, asked.archived]) {
    if (left.length === 0 || properties.length === 0) break;
    run.asked = true;
    const question = { properties, records: left, archived };
    const answer = await context.source.history(object, question, context.signal);
    answers.push(answer);
    const missing = new Set(answer.missing);
    left = left.filter(({ id }) => missing.has(id));
  }
  return {
    records: answers.flatMap(({ records }) => records),
    missing: left.map(({ id }) => id),
    failed: answers.flatMap(({ failed }) => failed),
  };
}

async function rowsOf(
  run: HistoryRun,
  tracked: readonly TrackedProperty[],
  records: readonly RecordHistory[],
): Promise<readonly Row[]> {
  if (records.length === 0) return [];
  const { context, pipeline, object } = run;
  const { table } = pipeline;
  const found = await context.warehouse.cells({
    table: table.name,
    within: { object_type: object.name },
    parents: { column: 'object_id', ids: records.map(({ id }) => id) },
    columns: ['object_id', 'property', 'changed_at', 'value'],
  });
  const stored = Map.groupBy(found, ([id]) => id);
  const shape = { table, objectType: object.name, tracked };
  return records.flatMap((record) => {
    const own = stored.get(record.id) ?? [];
    const entries = own.map(([, property = '', changedAt = '', value = '']) => ({
      property,
      changedAt,
      value,
    }));
    return historyRows(shape, record, entries);
  });
}
