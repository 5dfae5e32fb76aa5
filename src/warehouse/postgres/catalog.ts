import type { Client } from './connection.ts';

/** A table as it is in the database. */
export interface StoredTable {
  readonly name: string;
  readonly comment: string | null;
  /** `r` a table, `p` a partitioned one; anything else is no table. */
  readonly kind: string;
  /** Dropped columns count against Postgres's limit too. */
  readonly slots: number;
  readonly columns: ReadonlyMap<string, StoredColumn>;
}

export interface StoredColumn {
  readonly type: string;
  readonly comment: string | null;
  /** It must not be NULL. */
  readonly required: boolean;
  /** Whether a statement may set it to NULL. */
  readonly clearable: boolean;
}

export async function storedTables(
  client: Client,
  schema: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, StoredTable>> {
  const { rows } = await client.query<CatalogRow>(
    `select c.relname::text as table, c.relkind::text as kind, c.relnatts as slots,
            obj_description(c.oid, 'pg_class') as table_comment,
            a.attname::text as column, format_type(a.atttypid, a.atttypmod) as type,
            col_description(c.oid, a.attnum) as comment,
            a.attnotnull as required, not a.attnotnull and a.attgenerated = '' as clearable
       from pg_class c
       join pg_namespace n on n.oid = c.relnamespace
       left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where n.nspname = $1 and c.relname = any($2::text[]) and c.relkind in ('r', 'p', 'v', 'm', 'f')
      order by c.relname, a.attnum`,
    [schema, names],
  );
  const tables = new Map<string, StoredTable & { columns: Map<string, StoredColumn> }>();
  for (const row of rows) {
    let table = tables.get(row.table);
    if (table === undefined) {
      const { table: name, table_comment: comment, kind, slots } = row;
      table = { name, comment, kind, slots, columns: new Map() };
      tables.set(name, table);
    }
    const { type, comment, required, clearable } = row;
    if (row.column !== null) table.columns.set(row.column, { type, comment, required, clearable });
  }
  return tables;
}

interface CatalogRow {
  readonly table: string;
  readonly kind: string;
  readonly slots: number;
  readonly table_comment: string | null;
  readonly column: string | null;
  readonly type: string;
  readonly comment: string | null;
  readonly required: boolean;
  readonly clearable: boolean;
}
