import type { Lease, LeaseGrant } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { makeFirstRow } from './first-row.ts';
import { bind, type Parameters } from './parameters.ts';
import { change, changedBy, select } from './query.ts';

export interface LeaseTable {
  readonly connection: Connection;
  /** Whether the holder of a lease may still be at work; only a holder on this very machine can be known dead. */
  readonly isAlive: (holder: string) => boolean;
}

/**
 * One UPDATE decides: of several at once BigQuery lets one through, and the others, run again on what it left, find that it
 * holds the lease (BigQuery docs, DML, Concurrency). An answer that is lost is looked up under the job's id.
 */
export async function takeLease({ connection, isAlive }: LeaseTable, lease: Lease): Promise<LeaseGrant> {
  let held: Holder | undefined;
  for (let look = 0; look < mostLooks; look++) {
    if (await taken(connection, lease)) return { granted: true };
    held = await holderOf(connection, lease.name);
    if (held === undefined) await makeLeaseRow(connection, lease.name);
    else if (held.expiresIn > 0) {
      if (isAlive(held.holder)) return { granted: false, ...held };
      if (await taken(connection, lease, held.holder)) return { granted: true };
    }
    // Given back, run out or taken from the dead by another since it was looked at.
  }
  return { granted: false, ...(held ?? unknownHolder) };
}

/** Each look costs two jobs. */
const mostLooks = 4;

interface Holder {
  readonly holder: string;
  readonly label: string;
  /** Milliseconds. */
  readonly expiresIn: number;
}

const unknownHolder: Holder = { holder: '', label: 'another process', expiresIn: 0 };

function makeLeaseRow(connection: Connection, name: string): Promise<void> {
  return makeFirstRow(connection, {
    table: 'leases',
    key: 'name',
    name,
    values: { holder: "''", label: "''", expires_at: 'TIMESTAMP_MILLIS(0)' },
  });
}

export async function releaseLease({ connection }: LeaseTable, lease: Lease): Promise<void> {
  const parameters: Parameters = [];
  const name = bind(parameters, 'STRING', lease.name);
  const holder = bind(parameters, 'STRING', lease.holder);
  await change(connection, {
    sql: `UPDATE ${connection.own('leases')} AS t SET holder = '', label = '', expires_at = TIMESTAMP_MILLIS(0) WHERE t.name = ${name} AND t.holder = ${holder}`,
    parameters,
    purpose: 'lease',
  });
}

/** Renews it, takes it where it has expired, or takes it from a holder that is known to be dead. */
async function taken(connection: Connection, lease: Lease, dead = lease.holder): Promise<boolean> {
  const parameters: Parameters = [];
  const name = bind(parameters, 'STRING', lease.name);
  const holder = bind(parameters, 'STRING', lease.holder);
  const label = bind(parameters, 'STRING', lease.label);
  const ttl = bind(parameters, 'INT64', lease.ttl);
  const former = bind(parameters, 'STRING', dead);
  const job = await change(connection, {
    sql: `UPDATE ${connection.own('leases')} AS t SET holder = ${holder}, label = ${label}, expires_at = TIMESTAMP_ADD(CURRENT_TIMESTAMP(), INTERVAL ${ttl} MILLISECOND) WHERE t.name = ${name} AND (t.holder IN (${holder}, ${former}) OR t.expires_at <= CURRENT_TIMESTAMP())`,
    parameters,
    purpose: 'lease',
  });
  return changedBy(job) > 0;
}

async function holderOf(connection: Connection, name: string): Promise<Holder | undefined> {
  const parameters: Parameters = [];
  const [row] = await select(connection, {
    sql: `SELECT holder, label, GREATEST(0, TIMESTAMP_DIFF(expires_at, CURRENT_TIMESTAMP(), MILLISECOND)) AS expires_in FROM ${connection.own('leases')} WHERE name = ${bind(parameters, 'STRING', name)}`,
    parameters,
    purpose: 'lease',
  });
  if (row === undefined) return undefined;
  return {
    holder: String(row['holder']),
    label: String(row['label']),
    expiresIn: Number(row['expires_in']),
  };
}
