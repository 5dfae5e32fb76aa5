import { fillColumns, startOver, type Checkpoint } from '../checkpoint.ts';
import type { Table } from '../table.ts';
import { mergesTable, placeOf } from '../transform/index.ts';
import type { SchemaChange, StoredCheckpoint } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { filledColumns, type Fillable, type FilledColumns } from './filled-columns.ts';

/**
 * Makes the tables as wanted, and gives the checkpoint to go on from. A column that is new to a table with rows, or that was
 * not filled for a while, must be filled for old records: that is committed before the column exists, so that a crash in
 * between cannot leave it empty for ever. Also where there is nothing to fill yet: a process that does not know the column is
 * kept from writing more rows without it. `fillable`: columns that can be filled by reading their properties.
 */
export function prepare(
  context: SyncContext,
  pipeline: string,
  tables: readonly Table[],
  fillable: Fillable = { columns: [], withholdings: [] },
): Promise<StoredCheckpoint> {
  return context.alone(async () => {
    const { warehouse, log } = context;
    const { stored, next, changes, filled } = await preparation(context, pipeline, tables, fillable);
    const start = next === undefined ? stored : await commit(context, pipeline, next, stored.version);
    if (changes.some(makesMerges)) await forgetMerges(context, pipeline);
    if (changes.length > 0) {
      await warehouse.apply(changes, tables);
      log.info({ changes: changes.length }, 'schema changed');
    }
    await filled?.remember();
    return start;
  });
}

export interface Preparation {
  readonly stored: StoredCheckpoint;
  /** The checkpoint to go on from, where that is not the stored one. */
  readonly next: Checkpoint | undefined;
  readonly changes: readonly SchemaChange[];
  readonly filled: FilledColumns | undefined;
}

/** What `prepare` does, before it is done: reads only. */
export async function preparation(
  context: SyncContext,
  pipeline: string,
  tables: readonly Table[],
  fillable: Fillable,
): Promise<Preparation> {
  const { warehouse, settings, source } = context;
  // What has no versions, such as dictionaries, is written as a whole, or sees to it itself.
  const own = tables.find(({ name, version }) => name === pipeline && version !== undefined);
  const filled = own && (await filledColumns(context, pipeline, own, fillable));
  const changes = await warehouse.differences(tables);
  const stored = await warehouse.checkpoint(pipeline);
  const lacking = columnsLacking(changes, pipeline);
  const due = { columns: [...lacking, ...(filled?.returning ?? [])], fillable: fillable.columns };
  const again = settings.fullRefresh ? everything : lacks;
  return { stored, next: own && again(stored, due, source.now()), changes, filled };
}

function makesMerges({ kind, table }: SchemaChange): boolean {
  return kind === 'create_table' && table === mergesTable.name;
}

/** Of the merges that were, nothing but the records themselves tells: the other objects are read again, too. None of them has begun. */
async function forgetMerges(context: SyncContext, pipeline: string): Promise<void> {
  const all = await context.warehouse.checkpoints();
  for (const { name, merges } of context.objects) {
    const stored = merges && name !== pipeline ? all.get(name) : undefined;
    if (stored?.checkpoint?.kind !== 'loading' && stored?.checkpoint?.kind !== 'live') continue;
    await commit(context, name, startOver(stored.checkpoint, context.source.now()), stored.version);
  }
}

/** Columns that the rows of the pipeline's own table are without; nothing names them where a whole table is not there. */
function columnsLacking(changes: readonly SchemaChange[], pipeline: string): readonly (string | undefined)[] {
  return changes.flatMap((change) => {
    if (makesMerges(change)) return [undefined];
    if (change.table !== pipeline || change.kind === 'comment') return [];
    return change.kind === 'create_table' ? [undefined] : [change.column];
  });
}

interface Due {
  readonly columns: readonly (string | undefined)[];
  readonly fillable: Fillable['columns'];
}

/** The checkpoint from which all rows get these columns; nothing when they have them. */
function lacks({ checkpoint }: StoredCheckpoint, due: Due, now: number): Checkpoint | undefined {
  const fillable = new Set(due.fillable.map(placeOf));
  const columns = due.columns.filter((name) => name !== undefined);
  if (due.columns.length === 0) return undefined;
  if (checkpoint?.kind !== 'loading' && checkpoint?.kind !== 'live') {
    // Where there is no table either, the pipeline has never begun.
    return columns.length < due.columns.length && checkpoint === undefined
      ? undefined
      : startOver(checkpoint, now);
  }
  // A table that somebody dropped, or what only a whole record tells: the checkpoint speaks of rows that are gone.
  const isWhole = columns.length < due.columns.length || columns.some((name) => !fillable.has(name));
  return isWhole ? startOver(checkpoint, now) : fillColumns(checkpoint, columns);
}

function everything({ checkpoint }: StoredCheckpoint, _due: Due, now: number): Checkpoint | undefined {
  return checkpoint && startOver(checkpoint, now);
}

async function commit(
  { warehouse, runId }: SyncContext,
  pipeline: string,
  checkpoint: Checkpoint,
  replaces: number,
): Promise<StoredCheckpoint> {
  const { version } = await warehouse.commit({ pipeline, runId, writes: [], checkpoint, replaces });
  return { version, checkpoint };
}
