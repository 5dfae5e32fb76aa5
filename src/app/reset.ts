import { KeywayError } from '../errors.ts';
import type { RowCount } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { openWarehouse } from './open-warehouse.ts';
import { selectPipelines, syncedCustom } from './select-pipelines.ts';
import { takeLease } from './take-lease.ts';
import { tablesOf } from './tables-of.ts';

export interface ResetRequest {
  readonly pipeline: string;
  readonly dropTable: boolean;
  /** That the rows may go. */
  readonly yes: boolean;
}

export interface ResetReport {
  readonly warehouse: string;
  readonly pipeline: string;
  /** Checkpoints that were forgotten: the pipeline's, and those of its parts. */
  readonly forgotten: readonly string[];
  readonly dropped: readonly (RowCount & { readonly table: string })[];
}

/**
 * Forgets how far a pipeline is, so that its next run loads everything; drops its tables where that is asked for. Throws
 * `unknown_pipeline`, `config_invalid` where tables are to be dropped and nobody has said yes, and `lease_held`.
 */
export async function reset(
  parts: AppParts,
  { pipeline, dropTable, yes }: ResetRequest,
): Promise<ResetReport> {
  const warehouse = await openWarehouse(parts);
  try {
    await warehouse.migrate();
    const stored = [...(await warehouse.checkpoints()).keys()];
    const { pipelines } = selectPipelines(parts.settings, [pipeline], { custom: syncedCustom(stored) });
    const tables = dropTable ? pipelines.flatMap(tablesOf) : [];
    const dropped = [...(await warehouse.rowCounts(tables))].map(([table, count]) => ({ table, ...count }));
    if (dropped.length > 0 && !yes) throw unconfirmed(pipeline, dropped);
    const lease = await takeLease(parts, warehouse);
    try {
      await warehouse.reset(pipeline, tables);
    } finally {
      await lease.release();
    }
    const forgotten = stored.filter((name) => name === pipeline || name.startsWith(`${pipeline}/`));
    return { warehouse: warehouse.label, pipeline, forgotten, dropped };
  } finally {
    await warehouse.close();
  }
}

function unconfirmed(pipeline: string, tables: ResetReport['dropped']): KeywayError {
  const what = tables.map(({ table, rows }) => `${table} (${rows.toLocaleString('en-US')} rows)`);
  return new KeywayError(
    'config_invalid',
    `This would drop ${what.join(' and ')}, and what HubSpot no longer has with ${tables.length === 1 ? 'it' : 'them'}. Say keyway reset ${pipeline} --drop-table --yes if that is meant.`,
    { details: { tables: tables.map(({ table }) => table) } },
  );
}
