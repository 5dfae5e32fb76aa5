import type { Lease, LeaseGrant } from '../../warehouse.ts';
import type { Client, Connection } from './connection.ts';
import { identifier } from './identifier.ts';

export interface LeaseTable {
  readonly connection: Connection;
  readonly stateSchema: string;
  /** Whether the holder of a lease may still be at work; only a holder on this very machine can be known dead. */
  readonly isAlive: (holder: string) => boolean;
}

/** `clock_timestamp()`, because `now()` is when the transaction began and it may have waited for the row since. */
export function takeLease(
  { connection, stateSchema, isAlive }: LeaseTable,
  lease: Lease,
): Promise<LeaseGrant> {
  const table = identifier(stateSchema, 'leases');
  return connection.transaction(
    async (client) => {
      if (await taken(client, table, lease)) return { granted: true };
      const held = await holderOf(client, table, lease.name);
      if (held === undefined) return (await taken(client, table, lease)) ? { granted: true } : unknownHolder;
      if (isAlive(held.holder)) return { granted: false, ...held };
      await client.query(`delete from ${table} where name = $1 and holder = $2`, [lease.name, held.holder]);
      return (await taken(client, table, lease)) ? { granted: true } : { granted: false, ...held };
    },
    { urgent: true },
  );
}

export function releaseLease({ connection, stateSchema }: LeaseTable, lease: Lease): Promise<void> {
  const table = identifier(stateSchema, 'leases');
  return connection.transaction(
    async (client) => {
      await client.query(`delete from ${table} where name = $1 and holder = $2`, [lease.name, lease.holder]);
    },
    { urgent: true },
  );
}

const unknownHolder: LeaseGrant = { granted: false, label: 'another process', holder: '', expiresIn: 0 };

/** Inserts, renews, or takes over what has expired. */
async function taken(client: Client, table: string, lease: Lease): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into ${table} as l (name, holder, label, expires_at)
     values ($1, $2, $3, clock_timestamp() + $4::float8 * interval '1 millisecond')
     on conflict (name) do update
       set holder = excluded.holder, label = excluded.label,
           expires_at = clock_timestamp() + $4::float8 * interval '1 millisecond'
     where l.holder = excluded.holder or l.expires_at <= clock_timestamp()`,
    [lease.name, lease.holder, lease.label, lease.ttl],
  );
  return rowCount === 1;
}

async function holderOf(
  client: Client,
  table: string,
  name: string,
): Promise<{ holder: string; label: string; expiresIn: number } | undefined> {
  const { rows } = await client.query<{ holder: string; label: string; expires_in: number }>(
    `select holder, label,
            greatest(0, extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as expires_in
       from ${table} where name = $1 for update`,
    [name],
  );
  const row = rows[0];
  return row === undefined
    ? undefined
    : { holder: row.holder, label: row.label, expiresIn: Math.ceil(row.expires_in) };
}
