import type { QueryParameter, QueryParameterType } from './api.ts';

export type ScalarType = 'INT64' | 'STRING' | 'BOOL' | 'FLOAT64' | 'TIMESTAMP' | 'DATE' | 'NUMERIC' | 'JSON';

/** Named parameters of one statement or script: values never enter its text. */
export type Parameters = QueryParameter[];

/** What stands for the value in the statement, such as `@p3`. */
export function bind(parameters: Parameters, type: ScalarType, value: string | number | null): string {
  const text = value === null ? null : String(value);
  return added(parameters, { type }, { value: text });
}

export function bindArray(parameters: Parameters, type: ScalarType, values: readonly string[]): string {
  const arrayValues = values.map((value) => ({ value }));
  return added(parameters, { type: 'ARRAY', arrayType: { type } }, { arrayValues });
}

/** An array of structs with these fields. */
export function bindStructs<Field extends string>(
  parameters: Parameters,
  fields: Readonly<Record<Field, ScalarType>>,
  structs: readonly Readonly<Record<Field, string | null>>[],
): string {
  const names = Object.keys(fields) as Field[];
  const structTypes = names.map((name) => ({ name, type: { type: fields[name] } }));
  const arrayValues = structs.map((struct) => ({
    structValues: Object.fromEntries(names.map((name) => [name, { value: struct[name] }])),
  }));
  return added(parameters, { type: 'ARRAY', arrayType: { type: 'STRUCT', structTypes } }, { arrayValues });
}

function added(parameters: Parameters, parameterType: QueryParameterType, parameterValue: object): string {
  const name = `p${parameters.length}`;
  parameters.push({ name, parameterType, parameterValue });
  return `@${name}`;
}
