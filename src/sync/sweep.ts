import { completeUpTo } from '../checkpoint.ts';
import { compareIds, type Page, type Scan, type SourceRecord } from '../source.ts';
import type { Row } from '../table.ts';
import { calculatedTable, type PartialTable } from '../transform/index.ts';
import type { StoredId } from '../warehouse.ts';
import { fullnessOf, isTooFull } from './fullness.ts';
import { noteAbsent, noteMissing, type Findings } from './findings.ts';
import { listedIds } from './listed-ids.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import { nothing } from './portion.ts';
import type { StepItem } from './step-item.ts';
import { isTurnedBack } from './turned-back.ts';
import { whatBecameOf, whereaboutsOf } from './what-became-of.ts';

export interface SweepOptions {
  readonly scan: Scan;
  /** The id up to which an earlier run has swept already. */
  readonly afterId: string | undefined;
  readonly findings: Findings;
}

/**
 * Goes over all living records side by side with the warehouse's rows. Calculated values, which change without a trace,
 * are refreshed from the list itself; a record whose row is missing, closed or older is read anew; and for a living
 * row that the list does not have, HubSpot is asked what became of its record.
 */
export async function* sweep(
  run: ObjectRun,
  { scan, afterId, findings }: SweepOptions,
): AsyncIterable<StepItem> {
  const calculated = calculatedTable(run.shape);
  let after = afterId;
  for await (const page of run.listed ? readRecords(run, scan) : readCalculated(run, calculated, scan)) {
    findings.calls += 1;
    findings.listed += page.records.length;
    const ids = listedIds(page).toSorted(compareIds);
    // A list whose cursor had expired begins anew.
    if (after !== undefined && ids[0] !== undefined && compareIds(ids[0], after) <= 0) after = undefined;
    const upTo = page.last ? undefined : (ids.at(-1) ?? after ?? '0');
    const comparison = compare(run, page, run.listed ? undefined : calculated);
    for await (const rows of rowsWithin(run, { after, upTo }, calculated)) {
      const absent = comparison.see(rows);
      for await (const portion of whatBecameOf(run, absent)) {
        noteAbsent(findings, portion);
        yield { portion };
      }
    }
    for await (const portion of whereaboutsOf(run, page.missing)) yield { portion };
    yield* run.listed
      ? whole(run, page, { comparison, findings })
      : mend(run, page, { comparison, findings });
    yield* turnBack(run, comparison.ahead(), findings);
    const { table, properties: misfits } = calculated;
    const write = { kind: 'refresh', table, misfits, rows: comparison.calculated() } as const;
    after = upTo;
    const done = after === undefined ? page : { ...page, afterId: after };
    yield { portion: nothing, page: done, ...(write.rows.length === 0 ? {} : { write }) };
  }
}

async function* readCalculated(
  { context, pipeline, unread }: ObjectRun,
  { properties }: PartialTable,
  scan: Scan,
): AsyncIterable<Page> {
  for await (const page of context.source.read(pipeline, properties, scan, context.signal)) {
    // What has been read is only a part of each record: none that was unread is read by it.
    unread.note({ failed: page.failed });
    yield page;
  }
}

/**
 * Where changes are not searched for, every record is written as a whole: one that was edited twice in a millisecond bears one
 * version, and the list may have come between the two.
 */
async function* whole(
  run: ObjectRun,
  { records, merged }: Page,
  { comparison, findings }: { readonly comparison: Comparison; readonly findings: Findings },
): AsyncIterable<StepItem> {
  const { missing, stale } = comparison.toRead();
  const promised = new Set(records.filter(isPromised(run)).map(({ id }) => id));
  findings.missing += missing.filter((id) => promised.has(id)).length;
  findings.stale += stale.filter((id) => promised.has(id)).length;
  yield { portion: { records, merged, gone: [] } };
}

function rowsWithin(
  run: ObjectRun,
  { after, upTo }: { readonly after: string | undefined; readonly upTo: string | undefined },
  part: PartialTable,
): AsyncIterable<readonly StoredId[]> {
  return run.context.warehouse.ids({
    table: run.pipeline.name,
    state: 'any',
    chunk: 500,
    ...fullnessOf(run.shape, part),
    ...(after === undefined ? {} : { after }),
    ...(upTo === undefined ? {} : { upTo }),
  });
}

interface Comparison {
  /** Takes note of rows; gives the living ones that the page does not name. */
  see(rows: readonly StoredId[]): readonly StoredId[];
  /** Records to read as a whole. */
  toRead(): {
    readonly missing: readonly string[];
    readonly stale: readonly string[];
    /** With calculated values that have no place in their columns or rows: whether they differ, only reading them tells. */
    readonly unfit: readonly string[];
  };
  /** Rows that are newer than their record, and not because HubSpot is behind. */
  ahead(): ReadonlyMap<string, StoredId>;
  /** Of rows at the version of their record. */
  calculated(): readonly Row[];
}

/** `calculated`: what the page has of its records; absent: all of them. */
function compare(run: ObjectRun, page: Page, calculated: PartialTable | undefined): Comparison {
  const unseen = new Map(page.records.map((record) => [record.id, record]));
  const named = new Set([...page.missing, ...page.failed.map(({ id }) => id)]);
  const stale: string[] = [];
  const unfit: string[] = [];
  const ahead = new Map<string, StoredId>();
  const rows: Row[] = [];
  const see = (stored: StoredId, record: SourceRecord): void => {
    if (!stored.living) return;
    unseen.delete(record.id);
    const updatedAt = Date.parse(record.updatedAt);
    if (stored.updatedAt === undefined || stored.updatedAt < updatedAt) stale.push(record.id);
    if (isTurnedBack(run, stored, record)) ahead.set(record.id, stored);
    if (stored.updatedAt !== updatedAt || calculated === undefined) return;
    const row = calculated.row(record);
    if (row === undefined || isTooFull(run.shape, stored, row.filled)) unfit.push(record.id);
    else rows.push(row.row);
  };
  return {
    see(stored) {
      const absent: StoredId[] = [];
      for (const row of stored) {
        const record = unseen.get(row.id);
        if (record !== undefined) see(row, record);
        else if (row.living && !named.has(row.id)) absent.push(row);
      }
      return absent;
    },
    ahead: () => ahead,
    toRead: () => ({ missing: [...unseen.keys()], stale, unfit }),
    calculated: () => rows,
  };
}

/** A record that changed later than the pipeline claims to be complete may well be missing: it is simply next. */
function isPromised({ batcher }: ObjectRun): (record: SourceRecord) => boolean {
  const complete = completeUpTo(batcher.stored.checkpoint) ?? 0;
  return (record) => Date.parse(record.updatedAt) < complete;
}

/** Rows that are newer than their record: when two answers agree on that, what HubSpot has now is written. */
async function* turnBack(
  run: ObjectRun,
  ahead: ReadonlyMap<string, StoredId>,
  findings: Findings,
): AsyncIterable<StepItem> {
  if (ahead.size === 0) return;
  for await (const page of readRecords(run, { kind: 'ids', ids: [...ahead.keys()] })) {
    const turnedBack = page.records.filter((record) => isTurnedBack(run, ahead.get(record.id), record));
    noteMissing(findings, turnedBack, 'stale');
    yield { portion: { ...nothing, merged: page.merged, turnedBack } };
  }
}

/** Reads anew what is missing or stale, in no older version than the list has shown: a sweep claims what it has seen. */
async function* mend(
  run: ObjectRun,
  page: Page,
  { comparison, findings }: { readonly comparison: Comparison; readonly findings: Findings },
): AsyncIterable<StepItem> {
  const atLeast = new Map(page.records.map(({ id, updatedAt }) => [id, Date.parse(updatedAt)]));
  const { missing: unseen, stale, unfit } = comparison.toRead();
  for (const [kind, ids] of [
    ['missing', unseen],
    ['stale', stale],
    ['unfit', unfit],
  ] as const) {
    if (ids.length === 0) continue;
    for await (const { records, merged, missing } of readRecords(run, { kind: 'ids', ids, atLeast })) {
      if (kind === 'unfit') findings.calls += 1;
      else noteMissing(findings, records.filter(isPromised(run)), kind);
      yield { portion: { records, merged, gone: [] } };
      for await (const portion of whereaboutsOf(run, missing)) yield { portion };
    }
  }
}
