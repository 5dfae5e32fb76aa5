import { KeywayError } from '../../errors.ts';
import type { CellQuery, Scope, ScopeQuery } from '../../scope.ts';
import type { ColumnType } from '../../table.ts';
import { storedTable } from './catalog.ts';
import type { Connection } from './connection.ts';
import { columnName, identifier } from './identifier.ts';
import { instant } from './instant.ts';
import { bind, bindArray, type Parameters } from './parameters.ts';
import { type ResultRow, select } from './query.ts';
import { typeOf } from './types.ts';

/** The conditions of a scope. */
export function inScope(
  { within, parents, range }: Scope,
  typeNamed: (column: string) => ColumnType,
  parameters: Parameters,
): readonly string[] {
  const scalar = (column: string): ReturnType<typeof typeOf>['scalar'] => typeOf(typeNamed(column)).scalar;
  return [
    ...Object.entries(within ?? {}).map(
      ([column, value]) => `t.${identifier(column)} = ${bind(parameters, scalar(column), value)}`,
    ),
    ...(parents === undefined
      ? []
      : [
          `t.${identifier(parents.column)} IN UNNEST(${bindArray(parameters, scalar(parents.column), parents.ids)})`,
        ]),
    ...(range?.after === undefined
      ? []
      : [`t.${identifier(range.column)} > ${bind(parameters, 'INT64', range.after)}`]),
    ...(range?.upTo === undefined
      ? []
      : [`t.${identifier(range.column)} <= ${bind(parameters, 'INT64', range.upTo)}`]),
  ];
}

export async function countRows(connection: Connection, query: ScopeQuery): Promise<number> {
  const [row] = await selected(connection, query, () => 'COUNT(*) AS count');
  return Number(row?.['count'] ?? 0);
}

export async function cells(
  connection: Connection,
  query: CellQuery,
): Promise<readonly (readonly string[])[]> {
  const rows = await selected(connection, query, (typeNamed) => {
    const texts = query.columns.map(
      (column, place) => `COALESCE(${text(column, typeNamed(column))}, '') AS c${place}`,
    );
    return `DISTINCT ${texts.join(', ')}`;
  });
  return rows.map((row) => query.columns.map((_, place) => String(row[`c${place}`])));
}

/** As `table.ts` has it; what is finer than milliseconds stays. */
function text(column: string, type: ColumnType): string {
  const cell = `t.${identifier(column)}`;
  if (!typeOf(type).comparable) return `TO_JSON_STRING(${cell})`;
  if (type !== 'timestamp') return `CAST(${cell} AS STRING)`;
  const exact = `FORMAT_TIMESTAMP('%E4Y-%m-%dT%H:%M:%E6SZ', ${cell}, 'UTC')`;
  return `IF(SUBSTR(${exact}, 24, 4) = '000Z', CONCAT(SUBSTR(${exact}, 1, 23), 'Z'), ${exact})`;
}

async function selected(
  connection: Connection,
  query: ScopeQuery,
  what: (typeNamed: (column: string) => ColumnType) => string,
): Promise<readonly ResultRow[]> {
  const { table, writtenSince, writtenBefore } = query;
  const stored = await storedTable(connection, table);
  if (stored === undefined) return [];
  const typeNamed = (column: string): ColumnType => {
    const type = stored.columns.get(columnName(column))?.type;
    if (type === undefined) throw new KeywayError('internal', `Table ${table} has no column ${column}`);
    return type;
  };
  const parameters: Parameters = [];
  const conditions = [
    ...inScope(query, typeNamed, parameters),
    ...(writtenSince === undefined ? [] : [`t._synced_at >= ${instant(parameters, writtenSince)}`]),
    ...(query.open === true ? ['t._deleted_at IS NULL'] : []),
    ...(writtenBefore === undefined ? [] : [`t._synced_at < ${instant(parameters, writtenBefore)}`]),
    'TRUE',
  ];
  const sql = `SELECT ${what(typeNamed)} FROM ${connection.table(table)} AS t WHERE ${conditions.join(' AND ')}`;
  return select(connection, { sql, parameters, table, purpose: 'read' });
}
