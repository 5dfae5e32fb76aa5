import type { Table } from '../table.ts';
import type { SyncContext } from './context.ts';
import type { ObjectRun } from './object-run.ts';

/** The columns that runs of an object fill, kept from run to run. */
export interface FilledColumns {
  /**
   * Whether a column is filled again that the last run did not fill: its property was archived and restored, or left out of
   * a list. What has changed meanwhile is not in it, and no record says so.
   */
  readonly someReturn: boolean;
  /** To be called before any record is read. */
  remember(): Promise<void>;
}

export async function filledColumns(
  { warehouse, runId }: SyncContext,
  pipeline: string,
  table: Table,
): Promise<FilledColumns> {
  const name = `${pipeline}/columns`;
  const { version, checkpoint } = await warehouse.checkpoint(name);
  const before = checkpoint?.kind === 'columns' ? new Set(checkpoint.names) : undefined;
  const names = table.columns.map((column) => column.name);
  const someReturn = before !== undefined && names.some((each) => !before.has(each));
  return {
    someReturn,
    async remember() {
      if (before?.size === names.length && !someReturn) return;
      await commit({ warehouse, runId }, name, { version, names });
    },
  };
}

/**
 * A property that was archived while records were read has come back as empty in some of them. It counts as not filled, so
 * that its column is filled again when it returns.
 */
export async function forgetVanished({ pipeline, context, shape }: ObjectRun): Promise<void> {
  const { source, warehouse, signal, runId } = context;
  const properties = new Set((await source.properties(pipeline.object, signal)).map(({ name }) => name));
  const vanished = shape.columns.filter(({ property }) => !properties.has(property.name));
  if (vanished.length === 0) return;
  const gone = new Set(vanished.map(({ name }) => name));
  const names = shape.table.columns.map(({ name }) => name).filter((name) => !gone.has(name));
  const name = `${pipeline.name}/columns`;
  const { version } = await warehouse.checkpoint(name);
  await commit({ warehouse, runId }, name, { version, names });
}

async function commit(
  { warehouse, runId }: Pick<SyncContext, 'warehouse' | 'runId'>,
  pipeline: string,
  { version: replaces, names }: { readonly version: number; readonly names: readonly string[] },
): Promise<void> {
  await warehouse.commit({ pipeline, runId, writes: [], checkpoint: { kind: 'columns', names }, replaces });
}
