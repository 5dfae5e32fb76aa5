import type { ColumnType } from '../../table.ts';
import { identifier } from './identifier.ts';
import { typeOf } from './types.ts';

/** Something of which the type is known: of a table as it is, or as it is wanted. */
export interface TypedColumn {
  readonly name: string;
  readonly type: ColumnType | undefined;
}

/** Whether the cell holds anything; in a table there is no NULL of an array, only an empty one. */
export function isFilled({ name, type }: TypedColumn, alias = 't'): string {
  const cell = `${alias}.${identifier(name)}`;
  return isArray(type) ? `ARRAY_LENGTH(${cell}) > 0` : `${cell} IS NOT NULL`;
}

export function isEmpty(column: TypedColumn, alias = 't'): string {
  return isArray(column.type)
    ? `ARRAY_LENGTH(${alias}.${identifier(column.name)}) = 0`
    : `${alias}.${identifier(column.name)} IS NULL`;
}

/** Whether the cell of `t` is another than the given one: JSON and arrays cannot be compared but as texts. */
export function differs({ name, type }: TypedColumn, given: string): string {
  const stored = `t.${identifier(name)}`;
  return type !== undefined && typeOf(type).comparable
    ? `${stored} IS DISTINCT FROM ${given}`
    : `TO_JSON_STRING(${stored}) IS DISTINCT FROM TO_JSON_STRING(${given})`;
}

function isArray(type: ColumnType | undefined): boolean {
  return type !== undefined && typeOf(type).repeated === true;
}
