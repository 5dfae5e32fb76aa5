import { startOver } from '../checkpoint.ts';
import type { Table } from '../table.ts';
import type { SchemaChange, StoredCheckpoint } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { filledColumns } from './filled-columns.ts';

/**
 * Makes the tables as wanted, and gives the checkpoint to go on from. A column that is new to a table with rows, or that was
 * not filled for a while, must be filled for old records: the pipeline starts over, and that is committed before the column
 * exists, so that a crash in between cannot leave it empty for ever.
 */
export function prepare(
  context: SyncContext,
  pipeline: string,
  tables: readonly Table[],
): Promise<StoredCheckpoint> {
  return context.alone(async () => {
    const { warehouse, log } = context;
    // Dictionaries, which have no versions, are written as a whole in each run.
    const own = tables.find(({ name, version }) => name === pipeline && version !== undefined);
    const filled = own && (await filledColumns(context, pipeline, own));
    const changes = await warehouse.differences(tables);
    const stored = await warehouse.checkpoint(pipeline);
    const isLost = changes.some(leavesRowsUnfilled(pipeline)) || filled?.someReturn === true;
    const start = context.settings.fullRefresh || isLost ? await forget(context, pipeline, stored) : stored;
    if (changes.length > 0) {
      await warehouse.apply(changes, tables);
      log.info({ changes: changes.length }, 'schema changed');
    }
    await filled?.remember();
    return start;
  });
}

/** Also a table that somebody dropped: its checkpoint speaks of rows that are gone. */
function leavesRowsUnfilled(pipeline: string): (change: SchemaChange) => boolean {
  return (change) => change.table === pipeline && change.kind !== 'comment';
}

async function forget(
  context: SyncContext,
  pipeline: string,
  stored: StoredCheckpoint,
): Promise<StoredCheckpoint> {
  if (stored.checkpoint === undefined || stored.checkpoint.kind === 'snapshot') return stored;
  const checkpoint = startOver(stored.checkpoint, context.source.now());
  const { version } = await context.warehouse.commit({
    pipeline,
    runId: context.runId,
    writes: [],
    checkpoint,
    replaces: stored.version,
  });
  return { version, checkpoint };
}
