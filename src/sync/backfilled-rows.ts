import type { BackfillRequest } from '../backfill.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import { partialTable } from '../transform/index.ts';
import type { IdQuery, StoredId } from '../warehouse.ts';
import type { BackfillPiece } from './backfill-pieces.ts';
import { lookedUp } from './backfilled-ids.ts';
import { dateColumns } from './backfilled-span.ts';
import { fillRows } from './fill.ts';
import { fullnessOf } from './fullness.ts';
import type { ObjectRun } from './object-run.ts';
import { nothing } from './portion.ts';

/**
 * Some properties of records whose rows are there: read alone, and written alone where the row has the version that was read. Any
 * other record is read as a whole, as is one that was named and has no row.
 */
export async function* backfilledRows(
  run: ObjectRun,
  { properties = [], ids }: BackfillRequest,
  { span, afterId }: BackfillCheckpoint,
): AsyncIterable<BackfillPiece> {
  const part = partialTable(run.shape, ({ property }) => properties.includes(property.name));
  const query: IdQuery = {
    table: run.pipeline.name,
    state: 'open',
    chunk: rowsAtOnce,
    ...fullnessOf(run.shape, part),
    ...(span && { created: { from: span.from, until: span.until, column: dateColumns[span.by] } }),
  };
  for await (const { rows, missing, last } of stretches(run, query, { ids, afterId })) {
    for await (const { portion, write } of fillRows(run, part, rows))
      yield { portion, ...(write && { write }) };
    if (missing.length > 0) yield* lookedUp(run, missing);
    yield { portion: nothing, at: { phase: 'records', afterId: last } };
  }
}

/** Ten calls, under way at once. */
const rowsAtOnce = 1000;

interface Stretch {
  readonly rows: readonly StoredId[];
  /** Ids that were asked for and have no such row. */
  readonly missing: readonly string[];
  readonly last: string;
}

interface Which {
  readonly ids: readonly string[] | undefined;
  readonly afterId: string | undefined;
}

async function* stretches(run: ObjectRun, query: IdQuery, { ids, afterId }: Which): AsyncIterable<Stretch> {
  const { warehouse } = run.context;
  if (ids === undefined) {
    for await (const rows of warehouse.ids({ ...query, ...(afterId && { after: afterId }) }))
      yield { rows, missing: [], last: rows.at(-1)!.id };
    return;
  }
  const begin = afterId === undefined ? 0 : ids.indexOf(afterId) + 1;
  for (let start = begin; start < ids.length; start += rowsAtOnce) {
    const among = ids.slice(start, start + rowsAtOnce);
    const rows = (await Array.fromAsync(warehouse.ids({ ...query, among }))).flat();
    const there = new Set(rows.map(({ id }) => id));
    yield { rows, missing: among.filter((id) => !there.has(id)), last: among.at(-1)! };
  }
}
