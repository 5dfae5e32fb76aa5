import { KeywayError } from '../../errors.ts';
import type { KeyUse, StoredKey } from '../../service-key.ts';
import type { Client, Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { milliseconds } from './instant.ts';

export interface StateTables {
  readonly connection: Connection;
  readonly stateSchema: string;
}

/** Undefined, too, where Keyway's own tables do not exist yet: a check must not make them. */
export function portalId({ connection, stateSchema }: StateTables): Promise<string | undefined> {
  const table = identifier(stateSchema, 'service_keys');
  return connection.transaction(
    async (client) => {
      if (!(await isThere(client, table))) return undefined;
      const { rows } = await client.query<{ portal_id: string }>(`select portal_id from ${table} limit 1`);
      return rows[0]?.portal_id;
    },
    { readOnly: true },
  );
}

/**
 * None, too, where Keyway's own tables do not exist yet, or are an older Keyway's. Nor any that this one has noted, which have no
 * slot: its fingerprints were keyed with nothing, so that a key which is in use would be there twice, and be called replaced.
 */
export function serviceKeys(state: StateTables): Promise<readonly StoredKey[]> {
  const { connection, stateSchema } = state;
  const [keys, usage] = ['service_keys', 'api_usage'].map((name) => identifier(stateSchema, name));
  return connection.transaction(
    async (client) => {
      if (!(await isThere(client, identifier(stateSchema, 'installation')))) return [];
      const { rows } = await client.query<KeyRow>(
        `select fingerprint, portal_id, slot, scopes, coalesce(calls, 0)::float8 as calls,
                ${milliseconds('least(first_used_at, first_called_at)')} as first_used_at,
                ${milliseconds('greatest(last_used_at, last_called_at)')} as last_used_at,
                ${milliseconds('replaced_at')} as replaced_at
           from ${keys}
           left join (select key_fingerprint as fingerprint, sum(calls) as calls,
                             min(first_called_at) as first_called_at, max(last_called_at) as last_called_at
                        from ${usage} group by key_fingerprint) as used using (fingerprint)
          where slot is not null
          order by ${keys}.first_used_at, fingerprint`,
      );
      return rows.map(keyOf);
    },
    { readOnly: true },
  );
}

/** Two accounts in one warehouse would mix their records: the first key decides which one it is. */
export function useKey({ connection, stateSchema }: StateTables, key: KeyUse): Promise<void> {
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
      `insert into ${table} (fingerprint, portal_id, slot, scopes, first_used_at, last_used_at)
       values ($1, $2, $3, $4, now(), now())
       on conflict (fingerprint) do update set
         slot = excluded.slot, scopes = coalesce(excluded.scopes, ${table}.scopes), last_used_at = now(),
         first_used_at = coalesce(${table}.first_used_at, now()), replaced_at = null`,
      [key.fingerprint, key.portalId, key.slot, key.scopes ?? null],
    );
    await client.query(
      `insert into ${table} (fingerprint, portal_id, slot)
       select fingerprint, $1, slot from unnest($2::text[], $3::text[]) as u(fingerprint, slot)
       on conflict (fingerprint) do nothing`,
      [
        key.portalId,
        key.passedOver.map(({ fingerprint }) => fingerprint),
        key.passedOver.map(({ slot }) => slot),
      ],
    );
    await client.query(
      `update ${table} set replaced_at = now() where fingerprint <> $1 and replaced_at is null`,
      [key.fingerprint],
    );
  });
}

export function fingerprintSecret({ connection, stateSchema }: StateTables): Promise<string | undefined> {
  const table = identifier(stateSchema, 'installation');
  return connection.transaction(
    async (client) => {
      if (!(await isThere(client, table))) return undefined;
      const { rows } = await client.query<{ fingerprint_secret: string }>(
        `select fingerprint_secret from ${table}`,
      );
      return rows[0]?.fingerprint_secret;
    },
    { readOnly: true },
  );
}

interface KeyRow {
  readonly fingerprint: string;
  readonly portal_id: string;
  readonly slot: string;
  readonly scopes: readonly string[] | null;
  readonly first_used_at: number | null;
  readonly last_used_at: number | null;
  readonly replaced_at: number | null;
  readonly calls: number;
}

function keyOf(row: KeyRow): StoredKey {
  return {
    fingerprint: row.fingerprint,
    portalId: row.portal_id,
    slot: row.slot,
    ...(row.scopes === null ? {} : { scopes: row.scopes }),
    ...(row.first_used_at === null ? {} : { firstUsedAt: row.first_used_at }),
    ...(row.last_used_at === null ? {} : { lastUsedAt: row.last_used_at }),
    ...(row.replaced_at === null ? {} : { replacedAt: row.replaced_at }),
    calls: row.calls,
  };
}

/** Whether a table of Keyway's own is there. */
export async function isThere(client: Client, table: string): Promise<boolean> {
  const found = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    table,
  ]);
  return found.rows[0]?.exists === true;
}

function mismatch(pinned: string, given: string): KeywayError {
  return new KeywayError(
    'account_mismatch',
    `This warehouse holds the data of HubSpot account ${pinned}, but the key belongs to ${given}. Use that account’s key, or another schema.`,
    { details: { pinned, given } },
  );
}
