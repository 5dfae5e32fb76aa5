import type { Checkpoint } from '../../checkpoint.ts';
import { KeywayError } from '../../errors.ts';
import type { StoredCheckpoint } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';

export function checkpoints(
  connection: Connection,
  stateSchema: string,
): Promise<ReadonlyMap<string, StoredCheckpoint>> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<{ pipeline: string; version: number; checkpoint: Checkpoint }>(
        `select pipeline, version::float8 as version, checkpoint
           from ${identifier(stateSchema, 'checkpoints')} order by pipeline`,
      );
      return new Map(rows.map(({ pipeline, version, checkpoint }) => [pipeline, { version, checkpoint }]));
    },
    { readOnly: true },
  );
}

export async function checkpoint(
  connection: Connection,
  stateSchema: string,
  pipeline: string,
): Promise<StoredCheckpoint> {
  return (await checkpoints(connection, stateSchema)).get(pipeline) ?? { version: 0 };
}

/** Undefined, too, where Keyway's own tables do not exist yet: a check must not make them. */
export function portalId(connection: Connection, stateSchema: string): Promise<string | undefined> {
  const table = identifier(stateSchema, 'service_keys');
  return connection.transaction(
    async (client) => {
      const found = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
        table,
      ]);
      if (found.rows[0]?.exists !== true) return undefined;
      const { rows } = await client.query<{ portal_id: string }>(
        `select portal_id from ${table} order by first_used_at limit 1`,
      );
      return rows[0]?.portal_id;
    },
    { readOnly: true },
  );
}

/** Two accounts in one warehouse would mix their records: the first key decides which one it is. */
export function useKey(
  connection: Connection,
  stateSchema: string,
  key: { readonly portalId: string; readonly fingerprint: string },
): Promise<void> {
  const table = identifier(stateSchema, 'service_keys');
  return connection.transaction(async (client) => {
    await client.query(`lock table ${table} in share row exclusive mode`);
    const { rows } = await client.query<{ portal_id: string }>(
      `select portal_id from ${table} where portal_id <> $1 limit 1`,
      [key.portalId],
    );
    const other = rows[0]?.portal_id;
    if (other !== undefined) throw mismatch(other, key.portalId);
    await client.query(
      `insert into ${table} (fingerprint, portal_id, first_used_at, last_used_at) values ($1, $2, now(), now())
       on conflict (fingerprint) do update set last_used_at = now()`,
      [key.fingerprint, key.portalId],
    );
  });
}

function mismatch(pinned: string, given: string): KeywayError {
  return new KeywayError(
    'account_mismatch',
    `This warehouse holds the data of HubSpot account ${pinned}, but the key belongs to ${given}. Use that account’s key, or another schema.`,
    { details: { pinned, given } },
  );
}
