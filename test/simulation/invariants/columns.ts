import type { Tables } from '../../support/tables.ts';

/** I19. No column is that of two properties; those without one share `_extra`. */
export async function sharedColumns(tables: Tables): Promise<readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const row of await tables.rows('properties')) {
    const columnName = row['column_name'] ?? null;
    if ((row['_deleted_at'] ?? null) !== null || columnName === null || columnName === '_extra') continue;
    const column = `${String(row['object_type'])}.${String(row['column_name'])}`;
    owners.set(column, [...(owners.get(column) ?? []), String(row['name'])]);
  }
  return [...owners]
    .filter(([, names]) => names.length > 1)
    .map(([column, names]) => `${column} is the column of ${names.join(' and ')}`);
}
