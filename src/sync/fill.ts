import { timestampCell } from '../pipeline.ts';
import type { Page, SourceRecord } from '../source.ts';
import type { Row } from '../table.ts';
import { partialTable, placeOf, type PartialTable } from '../transform/index.ts';
import type { StoredId, Write } from '../warehouse.ts';
import type { Fill } from '../checkpoint.ts';
import { fullnessOf, isTooFull } from './fullness.ts';
import type { ObjectRun } from './object-run.ts';
import { nothing, type Portion } from './portion.ts';
import type { StepItem } from './step-item.ts';
import { whatBecameOf } from './what-became-of.ts';

/**
 * Fills columns for the rows of living and archived records, in the order of their ids: their properties alone are read,
 * and written where the row has the version that was read. A record in another version, in another place, or with a value
 * that has no place in its column is read as a whole. Columns that have lost their property meanwhile are left for when it
 * comes back.
 */
export async function* fill(run: ObjectRun, { columns, afterId }: Fill): AsyncIterable<StepItem> {
  const part = partialTable(run.shape, (column) => columns.includes(placeOf(column)));
  let last = afterId;
  if (part.table.columns.length > ownColumns) {
    const full = fullnessOf(run.shape, part);
    const query = { table: run.pipeline.name, state: 'open', chunk: idsPerStretch, ...full } as const;
    for await (const rows of run.context.warehouse.ids({ ...query, ...(last && { after: last }) })) {
      yield* fillRows(run, part, rows);
      last = rows.at(-1)?.id ?? last;
      yield { portion: nothing, page: progress(last, false) };
    }
  }
  yield { portion: nothing, page: progress(last, true) };
}

/** `id` and `_updated_at`, which say which row it is. */
const ownColumns = 2;
/** A crash repeats so many at most; ten calls, under way at once. */
const idsPerStretch = 1000;

function progress(afterId: string | undefined, last: boolean): NonNullable<StepItem['page']> {
  return {
    records: [],
    missing: [],
    merged: [],
    failed: [],
    position: '',
    last,
    ...(afterId && { afterId }),
  };
}

/** Reads and writes these columns of these rows. */
export async function* fillRows(
  run: ObjectRun,
  part: PartialTable,
  rows: readonly StoredId[],
): AsyncIterable<StepItem> {
  const { source, signal } = run.context;
  for (const archived of [false, true]) {
    const there = new Map(rows.filter(({ living }) => living !== archived).map((row) => [row.id, row]));
    if (there.size === 0) continue;
    const scan = { kind: 'ids', ids: [...there.keys()], archived } as const;
    for await (const page of source.read(run.pipeline, part.properties, scan, signal)) {
      // What has been read is only a part of each record: none that was unread is read by it.
      run.unread.note({ failed: page.failed });
      yield* fillPage(run, { part, page, there });
    }
  }
}

interface Filling {
  readonly part: PartialTable;
  readonly page: Page;
  /** The rows that were asked for. */
  readonly there: ReadonlyMap<string, StoredId>;
}

async function* fillPage(run: ObjectRun, { part, page, there }: Filling): AsyncIterable<StepItem> {
  const others = new Map<string, StoredId>();
  const note = (id: string): void => {
    const row = there.get(id);
    if (row !== undefined) others.set(id, row);
  };
  const rows: Row[] = [];
  for (const record of page.records) {
    const stored = there.get(record.id);
    const made = stored?.updatedAt === Date.parse(record.updatedAt) ? part.row(record) : undefined;
    if (made === undefined || (stored && isTooFull(run.shape, stored, made.filled))) note(record.id);
    else rows.push(made.row);
  }
  for (const id of [...page.missing, ...page.merged.map(({ id }) => id)]) note(id);
  if (rows.length > 0) yield { portion: nothing, write: refreshing(part, rows) };
  for await (const portion of whatBecameOf(run, [...others.values()])) {
    yield { portion };
    const behind = stayedBehind(run, portion, { part, page, there });
    if (behind.length > 0) yield { portion: nothing, write: refreshing(part, behind) };
  }
}

/**
 * Rows that are newer than what HubSpot gives of their records, though not for long: the answer is late, and then the record
 * is among the changes that are read once more when they have settled; or it is right. What it says serves either way.
 */
function stayedBehind(run: ObjectRun, portion: Portion, { part, page, there }: Filling): readonly Row[] {
  const partly = new Map(page.records.map((record) => [record.id, record]));
  return portion.records.flatMap((whole) => {
    const stored = there.get(whole.id);
    const record: SourceRecord | undefined = partly.get(whole.id);
    if (stored?.updatedAt === undefined || record === undefined) return [];
    if (stored.updatedAt <= Date.parse(whole.updatedAt)) return [];
    const made = part.row({ ...record, updatedAt: timestampCell(stored.updatedAt) });
    return made === undefined || isTooFull(run.shape, stored, made.filled) ? [] : [made.row];
  });
}

function refreshing(part: PartialTable, rows: readonly Row[]): Write {
  return { kind: 'refresh', table: part.table, rows, misfits: part.properties };
}
