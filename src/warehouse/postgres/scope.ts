import { KeywayError } from '../../errors.ts';
import type { CellQuery, Scope, ScopeQuery } from '../../scope.ts';
import { storedTables } from './catalog.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { instant } from './instant.ts';
import { postgresTypes } from './types.ts';

/** The conditions of a scope. `typeOf` gives a column's type as the catalog spells it. */
export function inScope(
  { within, parents, range }: Scope,
  typeOf: (column: string) => string,
  values: unknown[],
): readonly string[] {
  return [
    ...Object.entries(within ?? {}).map(
      ([column, value]) => `t.${identifier(column)} = $${values.push(value)}::${typeOf(column)}`,
    ),
    ...(parents === undefined
      ? []
      : [
          `t.${identifier(parents.column)} = any($${values.push([...parents.ids])}::${typeOf(parents.column)}[])`,
        ]),
    ...(range?.after === undefined
      ? []
      : [`t.${identifier(range.column)} > $${values.push(range.after)}::bigint`]),
    ...(range?.upTo === undefined
      ? []
      : [`t.${identifier(range.column)} <= $${values.push(range.upTo)}::bigint`]),
  ];
}

export async function countRows(connection: Connection, query: ScopeQuery): Promise<number> {
  const rows = await select<{ count: number }>(connection, query, () => 'count(*)::float8 as count');
  return rows[0]?.count ?? 0;
}

export async function cells(
  connection: Connection,
  query: CellQuery,
): Promise<readonly (readonly string[])[]> {
  const rows = await select<{ cells: readonly string[] }>(connection, query, (typeOf) => {
    const texts = query.columns.map((column) => `coalesce(${text(column, typeOf(column))}, '')`);
    return `distinct array[${texts.join(', ')}] as cells`;
  });
  return rows.map((row) => row.cells);
}

/** As `table.ts` has it; what is finer than milliseconds stays. */
function text(column: string, type: string): string {
  const cell = `t.${identifier(column)}`;
  if (type !== postgresTypes.timestamp.name) return `${cell}::text`;
  const exact = `to_char(${cell} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  return `regexp_replace(${exact}, '000Z$', 'Z')`;
}

function select<SelectedRow extends object>(
  connection: Connection,
  query: ScopeQuery,
  what: (typeOf: (column: string) => string) => string,
): Promise<readonly SelectedRow[]> {
  const { table, writtenSince, writtenBefore } = query;
  return connection.transaction(
    async (client) => {
      const stored = (await storedTables(client, connection.schema, [table])).get(table);
      if (stored === undefined) return [];
      const typeOf = (column: string): string => {
        const type = stored.columns.get(column)?.type;
        if (type === undefined) throw new KeywayError('internal', `Table ${table} has no column ${column}`);
        return type;
      };
      const values: unknown[] = [];
      const conditions = [
        ...inScope(query, typeOf, values),
        ...(writtenSince === undefined ? [] : [`t._synced_at >= ${instant(values.push(writtenSince))}`]),
        ...(query.open === true ? ['t._deleted_at is null'] : []),
        ...(writtenBefore === undefined ? [] : [`t._synced_at < ${instant(values.push(writtenBefore))}`]),
        'true',
      ];
      const { rows } = await client.query<SelectedRow>(
        `select ${what(typeOf)} from ${identifier(connection.schema, table)} t where ${conditions.join(' and ')}`,
        values,
      );
      return rows;
    },
    { readOnly: true, table },
  );
}
