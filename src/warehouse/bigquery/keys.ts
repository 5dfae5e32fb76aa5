import { KeywayError } from '../../errors.ts';
import type { KeyUse, StoredKey } from '../../service-key.ts';
import type { TableResource } from './api.ts';
import type { Connection } from './connection.ts';
import { makeFirstRow } from './first-row.ts';
import { bind, bindArray, bindStructs, type Parameters } from './parameters.ts';
import { change, select, type ResultCell, type ResultRow } from './query.ts';

export async function portalId(connection: Connection): Promise<string | undefined> {
  if (!(await isMigrated(connection))) return undefined;
  return pinned(connection);
}

/** None, too, where Keyway's own tables do not exist yet: a check must not make them. */
export async function serviceKeys(connection: Connection): Promise<readonly StoredKey[]> {
  if (!(await isMigrated(connection))) return [];
  const used = `SELECT key_fingerprint, SUM(calls) AS calls, MIN(first_called_at) AS first_called_at, MAX(last_called_at) AS last_called_at FROM ${connection.own('api_usage')} GROUP BY key_fingerprint`;
  const earliest =
    'IF(k.first_used_at IS NULL OR u.first_called_at < k.first_used_at, u.first_called_at, k.first_used_at)';
  const latest =
    'IF(k.last_used_at IS NULL OR u.last_called_at > k.last_used_at, u.last_called_at, k.last_used_at)';
  const rows = await select(connection, {
    sql: [
      'SELECT k.fingerprint AS fingerprint, k.portal_id AS portal_id, k.slot AS slot, TO_JSON_STRING(k.scopes) AS scopes,',
      `COALESCE(u.calls, 0) AS calls, UNIX_MILLIS(${earliest}) AS first_used_at, UNIX_MILLIS(${latest}) AS last_used_at, UNIX_MILLIS(k.replaced_at) AS replaced_at`,
      `FROM ${connection.own('service_keys')} AS k LEFT JOIN (${used}) AS u ON u.key_fingerprint = k.fingerprint`,
      'ORDER BY COALESCE(k.first_used_at, k.replaced_at), k.fingerprint',
    ].join(' '),
    parameters: [],
    purpose: 'state',
  });
  return rows.map(keyOf);
}

/** Two accounts in one warehouse would mix their records: the first key decides which one it is. */
export async function useKey(connection: Connection, key: KeyUse): Promise<void> {
  const other = await pinned(connection);
  if (other !== undefined && other !== key.portalId) throw mismatch(other, key.portalId);
  const parameters: Parameters = [];
  const sql = useStatement(connection.own('service_keys'), key, parameters);
  await connection.records.pass(() => change(connection, { sql, parameters, purpose: 'state' }));
}

export async function fingerprintSecret(connection: Connection): Promise<string | undefined> {
  if (!(await isMigrated(connection))) return undefined;
  const [found] = await select(connection, {
    sql: `SELECT fingerprint_secret FROM ${connection.own('installation')}`,
    parameters: [],
    purpose: 'state',
  });
  return found === undefined ? undefined : text(found['fingerprint_secret']);
}

/** Two random UUIDs are 244 random bits. */
export function makeInstallation(connection: Connection): Promise<void> {
  return makeFirstRow(connection, {
    table: 'installation',
    key: 'id',
    name: 'this',
    values: {
      fingerprint_secret: 'CONCAT(GENERATE_UUID(), GENERATE_UUID())',
      created_at: 'CURRENT_TIMESTAMP()',
    },
  });
}

function useStatement(target: string, key: KeyUse, parameters: Parameters): string {
  const now = 'CURRENT_TIMESTAMP()';
  const portal = bind(parameters, 'STRING', key.portalId);
  const scopes = bindArray(parameters, 'STRING', key.scopes ?? []);
  // Scopes that nobody could tell are as they were.
  const told = (key.scopes ?? []).length === 0 ? '' : `scopes = ${scopes}, `;
  const given = bindStructs(parameters, { fingerprint: 'STRING', slot: 'STRING', is_in_use: 'BOOL' }, [
    { fingerprint: key.fingerprint, slot: key.slot, is_in_use: 'true' },
    ...key.passedOver.map(({ fingerprint, slot }) => ({ fingerprint, slot, is_in_use: 'false' })),
  ]);
  return [
    `MERGE INTO ${target} AS t`,
    `USING (SELECT u.fingerprint AS fingerprint, u.slot AS slot, u.is_in_use AS is_in_use FROM UNNEST(${given}) AS u) AS s`,
    'ON t.fingerprint = s.fingerprint',
    `WHEN MATCHED AND s.is_in_use THEN UPDATE SET slot = s.slot, ${told}first_used_at = COALESCE(t.first_used_at, ${now}), last_used_at = ${now}, replaced_at = CAST(NULL AS TIMESTAMP)`,
    `WHEN MATCHED AND t.replaced_at IS NULL THEN UPDATE SET replaced_at = ${now}`,
    'WHEN NOT MATCHED THEN INSERT (fingerprint, portal_id, slot, scopes, first_used_at, last_used_at, replaced_at)',
    `VALUES (s.fingerprint, ${portal}, s.slot, IF(s.is_in_use, ${scopes}, CAST([] AS ARRAY<STRING>)), IF(s.is_in_use, ${now}, NULL), IF(s.is_in_use, ${now}, NULL), IF(s.is_in_use, NULL, ${now}))`,
    `WHEN NOT MATCHED BY SOURCE AND t.replaced_at IS NULL THEN UPDATE SET replaced_at = ${now}`,
  ].join(' ');
}

async function isMigrated(connection: Connection): Promise<boolean> {
  const uri = `/datasets/${connection.options.stateDataset}/tables/installation`;
  return (await connection.find<TableResource>({ method: 'GET', uri })) !== undefined;
}

async function pinned(connection: Connection): Promise<string | undefined> {
  const [row] = await select(connection, {
    sql: `SELECT portal_id FROM ${connection.own('service_keys')} LIMIT 1`,
    parameters: [],
    purpose: 'state',
  });
  return row === undefined ? undefined : text(row['portal_id']);
}

function keyOf(row: ResultRow): StoredKey {
  const instant = <Name extends string>(
    name: Name,
    cell: ResultCell | undefined,
  ): Partial<Record<Name, number>> =>
    cell === null || cell === undefined ? {} : ({ [name]: Number(cell) } as Record<Name, number>);
  const scopes = JSON.parse(text(row['scopes'])) as readonly string[] | null;
  return {
    fingerprint: text(row['fingerprint']),
    portalId: text(row['portal_id']),
    slot: text(row['slot']),
    ...(scopes === null || scopes.length === 0 ? {} : { scopes }),
    ...instant('firstUsedAt', row['first_used_at']),
    ...instant('lastUsedAt', row['last_used_at']),
    ...instant('replacedAt', row['replaced_at']),
    calls: Number(row['calls']),
  };
}

function text(cell: ResultCell | undefined): string {
  return String(cell ?? '');
}

function mismatch(pinnedTo: string, given: string): KeywayError {
  return new KeywayError(
    'account_mismatch',
    `This warehouse holds the data of HubSpot account ${pinnedTo}, but the key belongs to ${given}. Use that account’s key, or another dataset.`,
    { details: { pinned: pinnedTo, given } },
  );
}
