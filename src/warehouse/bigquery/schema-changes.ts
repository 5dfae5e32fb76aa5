import type { LoggedChange } from '../../schema-change.ts';
import type { Instant } from '../../source.ts';
import type { Connection } from './connection.ts';
import { milliseconds } from './instant.ts';
import { bind, type Parameters } from './parameters.ts';
import { type ResultRow, select } from './query.ts';

/** Milliseconds are compared, since that is what `since` was told in. */
export async function schemaChanges(
  connection: Connection,
  { since, limit }: { readonly since?: Instant; readonly limit: number },
): Promise<readonly LoggedChange[]> {
  const parameters: Parameters = [];
  const changedAt = milliseconds('changed_at');
  const after =
    since === undefined ? '' : `WHERE ${changedAt} > ${bind(parameters, 'INT64', Math.trunc(since))}`;
  const rows = await select(connection, {
    sql: `SELECT ${changedAt} AS changed_ms, kind, table_name, column_name, property, old_type, new_type FROM ${connection.own('schema_changes')} ${after} ORDER BY changed_at DESC, id DESC LIMIT ${bind(parameters, 'INT64', limit)}`,
    parameters,
    purpose: 'state',
  });
  return rows.map(changeOf);
}

function changeOf(row: ResultRow): LoggedChange {
  const optional = <Name extends string>(name: Name, column: string): Partial<Record<Name, string>> => {
    const cell = row[column];
    return typeof cell === 'string' ? ({ [name]: cell } as Record<Name, string>) : {};
  };
  return {
    changedAt: Number(row['changed_ms']),
    kind: String(row['kind']),
    table: String(row['table_name']),
    ...optional('column', 'column_name'),
    ...optional('property', 'property'),
    ...optional('oldType', 'old_type'),
    ...optional('newType', 'new_type'),
  };
}
