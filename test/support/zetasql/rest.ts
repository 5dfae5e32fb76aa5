import type bigquery from '@google-cloud/bigquery/build/src/types.d.ts';

type Field = bigquery.default.ITableFieldSchema;
type Parameter = bigquery.default.IQueryParameter;
type ParameterType = bigquery.default.IQueryParameterType;

/** The columns of a table as the API describes it, with types as SQL spells them. */
export function columnsOf(fields: readonly Field[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    fields.map(({ name = '', type = '', mode }) => [name, mode === 'REPEATED' ? `ARRAY<${type}>` : type]),
  );
}

/** The types of a job's named parameters. */
export function parametersOf(parameters: readonly Parameter[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    parameters.map(({ name = '', parameterType = {} }) => [name, spelt(parameterType)]),
  );
}

function spelt({ type = '', arrayType, structTypes = [] }: ParameterType): string {
  if (type === 'ARRAY') return `ARRAY<${spelt(arrayType ?? {})}>`;
  if (type !== 'STRUCT') return type;
  const fields = structTypes.map(({ name = '', type: fieldType = {} }) => `\`${name}\` ${spelt(fieldType)}`);
  return `STRUCT<${fields.join(', ')}>`;
}
