import { isDeepStrictEqual } from 'node:util';
import type { Checkpoint } from '../checkpoint.ts';
import type { Table } from '../table.ts';
import { placeOf, type PropertyColumn } from '../transform/index.ts';
import type { SyncContext } from './context.ts';
import type { ObjectRun } from './object-run.ts';

/** The columns that runs of an object fill, and the properties that they keep in `_extra`: from run to run. */
export interface FilledColumns {
  /**
   * Columns that are filled again and that the last run did not fill: their property was archived and restored, left out of
   * a list, deleted for good and made anew under its name, or is hashed in another way. What has changed meanwhile is not in
   * them, and no record says so.
   */
  readonly returning: readonly string[];
  /** To be called before any record is read. */
  remember(): Promise<void>;
}

export async function filledColumns(
  { warehouse, runId }: SyncContext,
  pipeline: string,
  table: Table,
  columns: readonly PropertyColumn[],
): Promise<FilledColumns> {
  const name = `${pipeline}/columns`;
  const { version, checkpoint } = await warehouse.checkpoint(name);
  const before = checkpoint?.kind === 'columns' ? checkpoint : undefined;
  const now = state(table, columns);
  return {
    returning: before === undefined ? [] : now.names.filter(returnsTo(now, before)),
    async remember() {
      if (isDeepStrictEqual(before, now)) return;
      await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint: now, replaces: version });
    },
  };
}

type State = Extract<Checkpoint, { kind: 'columns' }>;

function state(table: Table, columns: readonly PropertyColumn[], gone?: ReadonlySet<string>): State {
  const stays = (place: string): boolean => gone?.has(place) !== true;
  const staying = columns.filter((column) => stays(placeOf(column)));
  const custom = staying.filter(({ property }) => !property.hubspotDefined);
  const names = [...table.columns.map(({ name }) => name), ...staying.map(placeOf)];
  const fillings = Object.fromEntries(
    staying.flatMap((column) => (column.filling === undefined ? [] : [[placeOf(column), column.filling]])),
  );
  return {
    kind: 'columns',
    names: [...new Set(names.filter(stays))],
    definedAt: Object.fromEntries(
      custom.flatMap((column) => {
        const { createdAt } = column.property;
        return createdAt === null ? [] : [[placeOf(column), createdAt]];
      }),
    ),
    ...(Object.keys(fillings).length > 0 && { fillings }),
  };
}

function returnsTo(now: State, before: State): (column: string) => boolean {
  const known = new Set(before.names);
  return (column) => {
    const [then, since] = [before.definedAt?.[column], now.definedAt?.[column]];
    const isMadeAnew = then !== undefined && since !== undefined && then !== since;
    return !known.has(column) || isMadeAnew || before.fillings?.[column] !== now.fillings?.[column];
  };
}

/**
 * Does the work of a run. A property that was archived while records were read has come back as empty in some of them: it
 * counts as not filled, however the run ended, so that its column is filled again when it returns.
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

async function forgetVanished({ pipeline, context, shape }: ObjectRun): Promise<void> {
  const { source, warehouse, signal, runId } = context;
  const properties = new Set((await source.properties(pipeline.object, signal)).map(({ name }) => name));
  const vanished = shape.columns.filter(({ property }) => !properties.has(property.name));
  if (vanished.length === 0) return;
  const checkpoint = state(shape.table, shape.columns, new Set(vanished.map(placeOf)));
  const name = `${pipeline.name}/columns`;
  const { version: replaces } = await warehouse.checkpoint(name);
  await warehouse.commit({ pipeline: name, runId, writes: [], checkpoint, replaces });
}
