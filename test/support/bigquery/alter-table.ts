import { ApiError } from './api-error.ts';
import type { StoredTable } from './catalog.ts';
import type { Double } from './double.ts';
import { alter, touched } from './patch-table.ts';
import { duckColumn, type Field } from './schema.ts';
import type { Alteration } from './sql/plan.ts';
import { quote } from './sql/types.ts';

/**
 * One statement is one change of metadata, all of it or nothing.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#alter_table_add_column_statement
 */
export async function alterTable(
  double: Double,
  table: StoredTable,
  alterations: readonly Alteration[],
): Promise<void> {
  double.permissions.check('bigquery.tables.update', table.dataset.id, table.id);
  await double.gate.alone(async () => {
    const fields = [...table.fields];
    const changes = alterations.flatMap((alteration) => changeOf(table, fields, alteration));
    double.quota.take(table);
    await alter(double, table, changes);
    table.fields = fields;
    touched(double, table);
  });
}

/** Changes the fields as well. */
function changeOf({ key, fixed }: StoredTable, fields: Field[], alteration: Alteration): string[] {
  const at = (name: string): number =>
    fields.findIndex((field) => field.name.toLowerCase() === name.toLowerCase());
  const existing = (name: string): { field: Field; index: number } => {
    const index = at(name);
    const field = fields[index];
    if (field === undefined)
      throw new ApiError('invalidQuery', `Column ${name} was not found in table ${key}`);
    return { field, index };
  };
  switch (alteration.kind) {
    case 'add': {
      const { field, ifNotExists } = alteration;
      if (at(field.name) !== -1) {
        if (ifNotExists) return [];
        throw new ApiError('invalidQuery', `Column already exists: ${field.name}`);
      }
      fields.push(field);
      return [`ADD COLUMN ${duckColumn(field)}`];
    }
    case 'rename': {
      const { field, index } = existing(alteration.from);
      if (at(alteration.to) !== -1)
        throw new ApiError('invalidQuery', `Column already exists: ${alteration.to}`);
      // https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#alter_table_rename_column_statement
      if (fixed.clustering?.fields?.some((name) => name.toLowerCase() === field.name.toLowerCase()))
        throw new ApiError('invalidQuery', `Renaming the clustering column ${field.name} is not supported`);
      fields[index] = { ...field, name: alteration.to };
      return [`RENAME COLUMN ${quote(field.name)} TO ${quote(alteration.to)}`];
    }
    case 'drop not null': {
      const { field, index } = existing(alteration.column);
      if (field.mode !== 'REQUIRED') return [];
      fields[index] = { ...field, mode: 'NULLABLE' };
      return [`ALTER COLUMN ${quote(field.name)} DROP NOT NULL`];
    }
  }
}
