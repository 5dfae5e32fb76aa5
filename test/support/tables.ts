import type pg from 'pg';

/** The tables as a test sees them: every cell as Postgres writes it in UTC, arrays as arrays. */
export interface Tables {
  /** Nothing for a table that is not there. */
  rows(table: string): Promise<readonly Cells[]>;
}

export type Cells = Readonly<Record<string, unknown>>;

/** By SELECTs alone. */
export function postgresTables(client: pg.ClientBase, schema: string): Tables {
  return {
    async rows(table) {
      const { rows: columns } = await client.query<{ name: string; array: boolean }>(
        `select column_name as name, data_type = 'ARRAY' as array from information_schema.columns
         where table_schema = $1 and table_name = $2`,
        [schema, table],
      );
      if (columns.length === 0) return [];
      // Postgres refuses more than 1,664 expressions in a list; as many names would be more than it lets a table have.
      const list = columns.map(({ name, array }) => {
        const quoted = `"${name.replaceAll('"', '""')}"`;
        return array ? quoted : `${quoted}::text as ${quoted}`;
      });
      const { rows } = await client.query<Cells>(`select ${list.join(', ')} from "${schema}"."${table}"`);
      return rows;
    },
  };
}
