import type { LoggedChange } from '../../schema-change.ts';
import type { Instant } from '../../source.ts';
import { identifier } from './identifier.ts';
import { milliseconds } from './instant.ts';
import type { StateTables } from './keys.ts';

/** Milliseconds are compared, since that is what `since` was told in. */
export function schemaChanges(
  { connection, stateSchema }: StateTables,
  { since, limit }: { readonly since?: Instant; readonly limit: number },
): Promise<readonly LoggedChange[]> {
  const changedAt = milliseconds('changed_at');
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<ChangeRow>(
        `select ${changedAt} as changed_at, kind, table_name, column_name, property, old_type, new_type
           from ${identifier(stateSchema, 'schema_changes')}
          where $1::float8 is null or ${changedAt} > $1::float8
          order by id desc limit $2`,
        [since ?? null, limit],
      );
      return rows.map(changeOf);
    },
    { readOnly: true },
  );
}

interface ChangeRow {
  readonly changed_at: number;
  readonly kind: string;
  readonly table_name: string;
  readonly column_name: string | null;
  readonly property: string | null;
  readonly old_type: string | null;
  readonly new_type: string | null;
}

function changeOf(row: ChangeRow): LoggedChange {
  return {
    changedAt: row.changed_at,
    kind: row.kind,
    table: row.table_name,
    ...(row.column_name === null ? {} : { column: row.column_name }),
    ...(row.property === null ? {} : { property: row.property }),
    ...(row.old_type === null ? {} : { oldType: row.old_type }),
    ...(row.new_type === null ? {} : { newType: row.new_type }),
  };
}
