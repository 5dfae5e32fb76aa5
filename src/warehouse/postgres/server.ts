import type { ClientBase } from 'pg';
import { KeywayError } from '../../errors.ts';
import type { Place } from './refusal.ts';

export interface ServerFacts {
  readonly version: string;
  readonly versionNumber: number;
  readonly encoding: string;
  readonly standby: boolean;
  readonly readOnly: boolean;
}

export async function serverFacts(client: ClientBase): Promise<ServerFacts> {
  const { rows } = await client.query<{
    version: string;
    number: number;
    encoding: string;
    standby: boolean;
    read_only: boolean;
  }>(`select current_setting('server_version') as version,
             current_setting('server_version_num')::int as number,
             current_setting('server_encoding') as encoding,
             pg_catalog.pg_is_in_recovery() as standby,
             current_setting('default_transaction_read_only') = 'on' as read_only`);
  const row = rows[0];
  if (row === undefined) throw new Error('The connection was closed before the server had introduced itself');
  return {
    version: row.version,
    versionNumber: row.number,
    encoding: row.encoding,
    standby: row.standby,
    readOnly: row.read_only,
  };
}

/** What keeps Keyway from working on such a server at all. */
export function serverProblems(facts: ServerFacts): readonly string[] {
  return [
    ...(facts.versionNumber < 150_000
      ? [`Postgres ${facts.version} is too old: Keyway needs 15 or newer, for MERGE`]
      : []),
    ...(facts.encoding === 'UTF8'
      ? []
      : [
          `The database’s encoding is ${facts.encoding}: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0`,
        ]),
  ];
}

export async function assertUsable(client: ClientBase, place: Place): Promise<void> {
  const [problem] = serverProblems(await serverFacts(client));
  if (problem !== undefined) throw new KeywayError('warehouse_refused', `${problem} (${place.server}).`);
}
