import type { Column } from '../../table.ts';
import type { TableField } from './api.ts';
import { columnDescription } from './differences.ts';
import { columnName } from './identifier.ts';
import { typeOf } from './types.ts';

/** A column in the schema of a table. */
export function fieldOf(column: Column, required: boolean): TableField {
  const { scalar, repeated } = typeOf(column.type);
  return {
    name: columnName(column.name),
    type: scalar,
    mode: repeated === true ? 'REPEATED' : required ? 'REQUIRED' : 'NULLABLE',
    description: columnDescription(column),
  };
}
