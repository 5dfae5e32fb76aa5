import type { Checkpoint } from '../../checkpoint.ts';
import { KeywayError } from '../../errors.ts';
import type { StoredCheckpoint } from '../../warehouse.ts';
import type { TableResource } from './api.ts';
import type { Connection } from './connection.ts';
import { bind, type Parameters } from './parameters.ts';
import { change, changedBy, select } from './query.ts';

export async function checkpoints(connection: Connection): Promise<ReadonlyMap<string, StoredCheckpoint>> {
  const rows = await select(connection, {
    sql: `SELECT pipeline, version, TO_JSON_STRING(checkpoint) AS checkpoint FROM ${connection.own('checkpoints')} WHERE version > 0 ORDER BY pipeline`,
    parameters: [],
    purpose: 'state',
  });
  return new Map(
    rows.map(({ pipeline, version, checkpoint }) => [
      String(pipeline),
      { version: Number(version), checkpoint: JSON.parse(String(checkpoint)) as Checkpoint },
    ]),
  );
}

export async function checkpoint(connection: Connection, pipeline: string): Promise<StoredCheckpoint> {
  return (await checkpoints(connection)).get(pipeline) ?? { version: 0 };
}

/** Undefined, too, where Keyway's own tables do not exist yet: a check must not make them. */
export async function portalId(connection: Connection): Promise<string | undefined> {
  const uri = `/datasets/${connection.options.stateDataset}/tables/service_keys`;
  if ((await connection.find<TableResource>({ method: 'GET', uri })) === undefined) return undefined;
  return pinned(connection);
}

async function pinned(connection: Connection): Promise<string | undefined> {
  const [row] = await select(connection, {
    sql: `SELECT portal_id FROM ${connection.own('service_keys')} ORDER BY first_used_at LIMIT 1`,
    parameters: [],
    purpose: 'state',
  });
  return row === undefined ? undefined : String(row['portal_id']);
}

/** Two accounts in one warehouse would mix their records: the first key decides which one it is. */
export async function useKey(
  connection: Connection,
  { portalId: given, fingerprint }: { readonly portalId: string; readonly fingerprint: string },
): Promise<void> {
  const other = await pinned(connection);
  if (other !== undefined && other !== given) throw mismatch(other, given);
  const table = connection.own('service_keys');
  await connection.records.pass(async () => {
    const parameters: Parameters = [];
    const key = bind(parameters, 'STRING', fingerprint);
    const seen = await change(connection, {
      sql: `UPDATE ${table} AS t SET last_used_at = CURRENT_TIMESTAMP() WHERE t.fingerprint = ${key}`,
      parameters,
      purpose: 'state',
    });
    if (changedBy(seen) > 0) return;
    const inserted: Parameters = [];
    await change(connection, {
      sql: `INSERT INTO ${table} (fingerprint, portal_id, first_used_at, last_used_at) VALUES (${bind(inserted, 'STRING', fingerprint)}, ${bind(inserted, 'STRING', given)}, CURRENT_TIMESTAMP(), CURRENT_TIMESTAMP())`,
      parameters: inserted,
      purpose: 'state',
    });
  });
}

function mismatch(pinnedTo: string, given: string): KeywayError {
  return new KeywayError(
    'account_mismatch',
    `This warehouse holds the data of HubSpot account ${pinnedTo}, but the key belongs to ${given}. Use that account’s key, or another dataset.`,
    { details: { pinned: pinnedTo, given } },
  );
}
