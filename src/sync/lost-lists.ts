import type { ListsPipeline } from '../pipeline.ts';
import type { StoredCheckpoint, Write } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { marksTable, unread } from './list-run.ts';

/**
 * When all is wanted anew, or somebody has dropped one of the two tables: what the other one says is forgotten, before it
 * exists again, so that a crash cannot leave it as it is.
 */
export async function forgetLostLists(
  pipeline: ListsPipeline,
  context: SyncContext,
  stored: StoredCheckpoint,
): Promise<StoredCheckpoint> {
  const { warehouse, runId, settings } = context;
  const { lists, memberships } = pipeline;
  const changes = await warehouse.differences([lists, memberships]);
  const lacks = ({ name }: { readonly name: string }): boolean =>
    changes.some(({ kind, table }) => kind === 'create_table' && table === name);
  const writes: Write[] = [];
  if (lacks(lists)) {
    if (!lacks(memberships)) writes.push({ kind: 'replace', table: memberships, rows: [] });
  } else if (settings.fullRefresh || lacks(memberships)) {
    const ids = (await warehouse.cells({ table: lists.name, columns: ['id'] })).flat();
    writes.push({ kind: 'upsert', table: marksTable(pipeline), rows: ids.map((id) => unread(pipeline, id)) });
  }
  if (writes.length === 0) return stored;
  const checkpoint = { kind: 'lists' } as const;
  const { version } = await warehouse.commit({
    pipeline: pipeline.name,
    runId,
    writes,
    checkpoint,
    replaces: stored.version,
  });
  return { version, checkpoint };
}
