import type { Reconciliation } from '../../run.ts';
import type { StoredReconciliation } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { milliseconds } from './instant.ts';

export function saveReconciliation(
  connection: Connection,
  stateSchema: string,
  item: Reconciliation,
): Promise<void> {
  return connection.transaction(async (client) => {
    await client.query(
      `insert into ${identifier(stateSchema, 'reconciliations')}
         (run_id, pipeline, depth, in_hubspot, in_warehouse, missing, stale, archived, deleted, repaired, months,
          calls, verdict)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        item.runId,
        item.pipeline,
        item.depth,
        item.inHubspot,
        item.inWarehouse,
        item.missing,
        item.stale,
        item.archived,
        item.deleted,
        item.repaired,
        [...item.months],
        item.calls,
        item.verdict,
      ],
    );
  });
}

export function reconciliations(
  connection: Connection,
  stateSchema: string,
): Promise<readonly StoredReconciliation[]> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<StoredReconciliation>(
        `select distinct on (pipeline) ${columns} from ${identifier(stateSchema, 'reconciliations')}
          order by pipeline, id desc`,
      );
      return rows;
    },
    { readOnly: true },
  );
}

const columns = [
  `coalesce(run_id, '') as "runId", pipeline, depth, months, verdict`,
  ...[
    ['in_hubspot', 'inHubspot'],
    ['in_warehouse', 'inWarehouse'],
    ['missing', 'missing'],
    ['stale', 'stale'],
    ['archived', 'archived'],
    ['deleted', 'deleted'],
    ['repaired', 'repaired'],
    ['calls', 'calls'],
  ].map(([column, name]) => `coalesce(${column}, 0)::float8 as "${name}"`),
  `${milliseconds('checked_at')} as "checkedAt"`,
].join(', ');
