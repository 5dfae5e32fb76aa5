import { ApiError } from '../api-error.ts';
import { canonicalJson } from '../canonical-json.ts';
import { duckDate, duckTimestamp, isInt64, isNumeric, parseDate, parseTimestamp } from '../values.ts';
import type { QueryParameter, QueryParameterType, QueryParameterValue } from '../rest.ts';
import { duckType, literal, quote, scalarName, type ScalarName, type SqlType } from './types.ts';

export type ParameterTypes = ReadonlyMap<string, SqlType>;

/**
 * Names and types of named parameters. Each must have a type, used or not.
 * https://docs.cloud.google.com/bigquery/docs/parameterized-queries
 */
export function parameterTypes(parameters: readonly QueryParameter[]): ParameterTypes {
  const types = new Map<string, SqlType>();
  for (const { name, parameterType } of parameters) {
    if (!name) throw new ApiError('invalid', 'Named parameters must have a name');
    if (parameterType?.type === undefined)
      throw new ApiError('invalid', `Query parameter '${name}' has no type`);
    if (types.has(name.toLowerCase())) throw new ApiError('invalid', `Duplicate parameter name: ${name}`);
    types.set(name.toLowerCase(), typeOf(parameterType));
  }
  return types;
}

function typeOf({ type, arrayType, structTypes }: QueryParameterType): SqlType {
  if (type === 'ARRAY') {
    if (arrayType === undefined)
      throw new ApiError('invalid', 'Array parameter without a type of its elements');
    return { kind: 'array', element: typeOf(arrayType) };
  }
  if (type === 'STRUCT') {
    const fields = (structTypes ?? []).map(({ name, type }) => {
      if (!name || type === undefined)
        throw new ApiError('invalid', 'Struct parameter with a field without name or type');
      return { name, type: typeOf(type) };
    });
    return { kind: 'struct', fields };
  }
  return { kind: 'scalar', name: scalarName(type ?? '') };
}

/** A parameter as a typed literal of DuckDB's. */
export function parameterLiteral({ name, parameterValue }: QueryParameter, type: SqlType): string {
  return `CAST(${valueOf(parameterValue, type, name ?? '')} AS ${duckType(type)})`;
}

function valueOf(value: QueryParameterValue | undefined, type: SqlType, name: string): string {
  if (type.kind === 'array') {
    const values = value?.arrayValues;
    if (values === undefined || values === null) return 'NULL';
    return `[${values.map((one) => valueOf(one, type.element, name)).join(',')}]`;
  }
  if (type.kind === 'struct') {
    const values = value?.structValues;
    if (values === undefined) return 'NULL';
    const fields = type.fields.map(
      (field) => `${quote(field.name)}:${valueOf(values[field.name], field.type, name)}`,
    );
    return `{${fields.join(',')}}`;
  }
  const text = value?.value;
  return text === undefined || text === null ? 'NULL' : scalarOf(text, type.name, name);
}

function scalarOf(text: string, type: ScalarName, name: string): string {
  if (typeof text !== 'string')
    throw new ApiError('invalid', `Query parameter '${name}': values are strings`);
  const bad = (): ApiError => new ApiError('invalid', `Invalid value for ${type} query parameter '${name}'`);
  switch (type) {
    case 'STRING':
      return literal(text);
    case 'JSON':
      return literal(canonicalJson(text));
    case 'BOOL':
      if (!/^(true|false)$/i.test(text)) throw bad();
      return text;
    case 'INT64':
      if (!isInt64(text)) throw bad();
      return text;
    case 'FLOAT64':
      if (!/^([+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf(inity)?|nan)$/i.test(text)) throw bad();
      return `'${text}'::DOUBLE`;
    case 'NUMERIC':
      if (!isNumeric(text)) throw bad();
      return `'${text}'::DECIMAL(38,9)`;
    case 'DATE': {
      const days = parseDate(text);
      if (days === undefined) throw bad();
      return duckDate(days);
    }
    case 'TIMESTAMP': {
      const micros = parseTimestamp(text);
      if (micros === undefined) throw bad();
      return duckTimestamp(micros);
    }
  }
}
