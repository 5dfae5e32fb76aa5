import { ApiError } from './api-error.ts';
import type { Double } from './double.ts';
import type { Permission } from './permissions.ts';
import type { QueryParameter } from './rest.ts';
import type { StoredTable } from './catalog.ts';
import { emit } from './sql/emit.ts';
import { parameterLiteral, parameterTypes } from './sql/parameters.ts';
import type { Field } from './schema.ts';
import type { Scope } from './sql/scope.ts';
import { isKey, type Node } from './sql/tree.ts';

/** What the statements of a job can name, and which tables they did name. */
export interface JobScope extends Scope {
  readonly tables: Map<string, StoredTable>;
  now: string;
}

export function scopeOf(
  double: Double,
  { location, parameters }: { readonly location: string; readonly parameters: readonly QueryParameter[] },
): JobScope {
  const types = parameterTypes(parameters);
  const byName = new Map(parameters.map((parameter) => [parameter.name?.toLowerCase() ?? '', parameter]));
  const literals = new Map<string, string>();
  const scope: JobScope = {
    now: '',
    tables: new Map(),
    sql: (nodes) => emit(nodes, scope),
    column: (nodes) => columnOf(nodes, [...scope.tables.values()]),
    parameter(name) {
      const [type, parameter] = [types.get(name), byName.get(name)];
      if (type === undefined || parameter === undefined)
        throw new ApiError('invalidQuery', `Query parameter '${name}' not found`);
      const sql = literals.get(name) ?? parameterLiteral(parameter, type);
      literals.set(name, sql);
      return { type, sql };
    },
    table(path) {
      const table = tableAt(double, path, location);
      scope.tables.set(table.key, table);
      return table;
    },
  };
  return scope;
}

/** `column` or `alias.column`. */
function columnOf(nodes: readonly Node[], tables: readonly StoredTable[]): Field | undefined {
  const [first, dot, second] = nodes;
  const name = nodes.length === 1 ? first : nodes.length === 3 && isKey(dot, '.') ? second : undefined;
  if (name?.kind !== 'quoted' && name?.kind !== 'word') return undefined;
  const found = tables.flatMap(({ fields }) =>
    fields.filter((field) => field.name.toLowerCase() === name.text.toLowerCase()),
  );
  const [field, ...others] = found;
  return others.every(
    ({ type, mode }) => type === field?.type && (mode === 'REPEATED') === (field.mode === 'REPEATED'),
  )
    ? field
    : undefined;
}

/** https://docs.cloud.google.com/bigquery/docs/locations: a job sees the datasets of its own location. */
function tableAt({ catalog, permissions }: Double, path: string, location: string): StoredTable {
  const parts = path.split('.');
  const [table = '', dataset = '', project = catalog.project] = parts.toReversed();
  if (parts.length < 2 || parts.length > 3)
    throw new ApiError('invalidQuery', `Table "${path}" must be qualified with a dataset`);
  catalog.checkProject(project);
  permissions.check('bigquery.tables.getData' satisfies Permission, dataset, table);
  const found = catalog.datasets.get(dataset);
  if (found === undefined || found.location.toLowerCase() !== location.toLowerCase())
    throw new ApiError(
      'notFound',
      `Not found: Dataset ${project}:${dataset} was not found in location ${location}`,
    );
  const there = catalog.find(dataset, table);
  if (there === undefined)
    throw new ApiError(
      'notFound',
      `Not found: Table ${project}:${dataset}.${table} was not found in location ${location}`,
    );
  return there;
}
