import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint } from '../checkpoint.ts';
import type { Table } from '../table.ts';
import { placeOf, type PropertyColumn } from '../transform/index.ts';
import type { SyncContext } from './context.ts';
import { isMadeAnew } from './made-anew.ts';
import type { ObjectRun } from './object-run.ts';
import { askAgain, columnsOf, concerns, kindOf, rememberedOf, type Withholding } from './withholding.ts';

/** The columns of properties, and which of their values HubSpot may keep back. */
export interface Fillable {
  readonly columns: readonly PropertyColumn[];
  readonly withholdings: readonly Withholding[];
}

/** The columns that runs of an object fill, and the properties that they keep in `_extra`: from run to run. */
export interface FilledColumns {
  /**
   * Columns that are filled again and that the last run did not fill: their property was archived and restored, left out of
   * a list, deleted for good and made anew under its name, or is hashed in another way. What has changed meanwhile is not in
   * them, and no record says so. So it is where HubSpot may have kept their values back, for want of a scope.
   */
  readonly returning: readonly string[];
  /** To be called before any record is read. */
  remember(): Promise<void>;
}

export async function filledColumns(
  { warehouse, runId }: SyncContext,
  pipeline: string,
  table: Table,
  fillable: Fillable,
): Promise<FilledColumns> {
  const name = columnsOf(pipeline);
  const { version, checkpoint } = await warehouse.checkpoint(name);
  const before = checkpoint?.kind === 'columns' ? checkpoint : undefined;
  const now = state(table, fillable);
  const doubtful = doubtfulColumns(fillable, before);
  return {
    returning: before === undefined ? [] : now.names.filter(returnsTo(now, before, doubtful)),
    async remember() {
      if (isDeepStrictEqual(before, now)) return;
      await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint: now, replaces: version });
    },
  };
}

type State = Extract<Checkpoint, { kind: 'columns' }>;

/** `gone`: columns that are not filled any more. Of what HubSpot keeps back, none is. */
function state(
  table: Table,
  { columns, withholdings }: Fillable,
  gone: readonly PropertyColumn[] = [],
): State {
  const withheld = withholdings.filter(({ isWithheld }) => isWithheld === true);
  const staying = columns.filter(
    (column) => !gone.includes(column) && !withheld.some((each) => concerns(each, column.property)),
  );
  const away = new Set(columns.filter((column) => !staying.includes(column)).map(placeOf));
  const custom = staying.filter(({ property }) => !property.hubspotDefined);
  const names = [...table.columns.map(({ name }) => name), ...staying.map(placeOf)];
  const fillings = Object.fromEntries(
    staying.flatMap((column) => (column.filling === undefined ? [] : [[placeOf(column), column.filling]])),
  );
  return {
    kind: 'columns',
    names: [...new Set(names.filter((place) => !away.has(place)))],
    definedAt: Object.fromEntries(
      custom.flatMap((column) => {
        const { createdAt } = column.property;
        return createdAt === null ? [] : [[placeOf(column), createdAt]];
      }),
    ),
    ...(Object.keys(fillings).length > 0 && { fillings }),
    ...rememberedOf(withholdings),
  };
}

/** Columns that were read without knowing whether HubSpot keeps their values back, now that it says that it does not. */
function doubtfulColumns(
  { columns, withholdings }: Fillable,
  before: State | undefined,
): ReadonlySet<string> {
  const told = withholdings.filter(
    (each) => each.isWithheld === false && before?.untold?.includes(kindOf(each)) === true,
  );
  const read = columns.filter(({ property }) => told.some((each) => concerns(each, property)));
  return new Set(read.map(placeOf));
}

function returnsTo(now: State, before: State, doubtful: ReadonlySet<string>): (column: string) => boolean {
  const known = new Set(before.names);
  return (column) => {
    if (!known.has(column) || doubtful.has(column)) return true;
    if (isMadeAnew(before.definedAt?.[column], now.definedAt?.[column])) return true;
    return before.fillings?.[column] !== now.fillings?.[column];
  };
}

/**
 * Does the work of a run. A property that was archived while records were read has come back as empty in some of them: it
 * counts as not filled, however the run ended, so that its column is filled again when it returns. So it is when the key
 * has lost a scope meanwhile.
 */
export async function forgettingVanished<Result>(
  run: ObjectRun,
  work: () => Promise<Result>,
): Promise<Result> {
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await run.batcher.settled();
    // Where HubSpot is not to be asked any more, nobody can tell: what has ended the run is the news.
    await forgetVanished(run).catch(() => undefined);
    throw error;
  }
  await run.batcher.settled();
  await forgetVanished(run);
  return result;
}

async function forgetVanished({ pipeline, context, shape, batcher, withholdings }: ObjectRun): Promise<void> {
  const { source, warehouse, signal, runId } = context;
  const properties = new Set((await source.properties(pipeline.object, signal)).map(({ name }) => name));
  const vanished = shape.columns.filter(({ property }) => !properties.has(property.name));
  const isLost = batcher.rows() > 0 && (await askAgain(context, withholdings));
  if (vanished.length === 0 && !isLost) return;
  const checkpoint = state(shape.table, { columns: shape.columns, withholdings }, vanished);
  const name = columnsOf(pipeline.name);
  const { version: replaces } = await warehouse.checkpoint(name);
  await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint, replaces });
}
