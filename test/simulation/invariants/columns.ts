import type { Tables } from '../../support/tables.ts';

/** I19. No column is that of two properties. */
export async function sharedColumns(tables: Tables): Promise<readonly string[]> {
  const owners = new Map<string, string[]>();
  for (const row of await tables.rows('properties')) {
    if ((row['_deleted_at'] ?? null) !== null || (row['column_name'] ?? null) === null) continue;
    const column = `${String(row['object_type'])}.${String(row['column_name'])}`;
    owners.set(column, [...(owners.get(column) ?? []), String(row['name'])]);
  }
  return [...owners]
    .filter(([, names]) => names.length > 1)
    .map(([column, names]) => `${column} is the column of ${names.join(' and ')}`);
}
