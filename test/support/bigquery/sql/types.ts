import { notUnderstood } from '../api-error.ts';
import { isKey, split, type Node } from './tree.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types */
export type SqlType =
  | { readonly kind: 'scalar'; readonly name: ScalarName }
  | { readonly kind: 'array'; readonly element: SqlType }
  | {
      readonly kind: 'struct';
      readonly fields: readonly { readonly name: string; readonly type: SqlType }[];
    };

const scalars = {
  BOOL: 'BOOLEAN',
  DATE: 'DATE',
  FLOAT64: 'DOUBLE',
  INT64: 'BIGINT',
  JSON: 'JSON',
  NUMERIC: 'DECIMAL(38,9)',
  STRING: 'VARCHAR',
  TIMESTAMP: 'TIMESTAMP',
} as const;

export type ScalarName = keyof typeof scalars;

const aliases: Readonly<Record<string, ScalarName>> = {
  BOOLEAN: 'BOOL',
  DECIMAL: 'NUMERIC',
  FLOAT: 'FLOAT64',
  INTEGER: 'INT64',
  INT: 'INT64',
  BIGINT: 'INT64',
};

export function scalarName(name: string): ScalarName {
  const key = name.toUpperCase();
  if (Object.hasOwn(scalars, key)) return key as ScalarName;
  const alias = aliases[key];
  if (alias === undefined) throw notUnderstood(`the type ${name}`);
  return alias;
}

export function duckType(type: SqlType): string {
  if (type.kind === 'scalar') return scalars[type.name];
  if (type.kind === 'array') return `${duckType(type.element)}[]`;
  return `STRUCT(${type.fields.map(({ name, type }) => `${quote(name)} ${duckType(type)}`).join(', ')})`;
}

/** `ARRAY<STRUCT<a INT64, b STRING>>`, as it follows AS in a CAST or a column's name. */
export function typeOf(nodes: readonly Node[]): SqlType {
  const [first, second] = nodes;
  if (first === undefined || first.kind !== 'word') throw notUnderstood('a type without a name');
  if (nodes.length === 1) return { kind: 'scalar', name: scalarName(first.text) };
  const inner = nodes.slice(2, -1);
  if (!isKey(second, '<') || !isKey(nodes.at(-1), '>'))
    throw notUnderstood(`the parameters of type ${first.text}`);
  if (first.key === 'ARRAY') return { kind: 'array', element: typeOf(inner) };
  if (first.key !== 'STRUCT') throw notUnderstood(`the parameters of type ${first.text}`);
  const fields = split(inner, ',').map(([name, ...type]) => {
    if (name === undefined || name.kind === 'group') throw notUnderstood('a field without a name');
    return { name: name.text, type: typeOf(type) };
  });
  return { kind: 'struct', fields };
}

/** An identifier for DuckDB. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A string for DuckDB, which cannot hold U+0000 in a literal. */
export function literal(text: string): string {
  const plain = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\0') ? plain.split('\0').join(`' || chr(0) || '`) : plain;
}
