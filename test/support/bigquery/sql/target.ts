import { ApiError } from '../api-error.ts';
import type { Scope, ScopeTable } from './scope.ts';
import { isKey, split, unexpected, type Node } from './tree.ts';
import { quote } from './types.ts';

export interface Target {
  readonly table: ScopeTable;
  /** The table's own name where it has none. */
  readonly alias: string;
  readonly rest: readonly Node[];
}

/** `` `project.dataset.table` [[AS] alias] `` at the beginning of these nodes. */
export function targetOf(nodes: readonly Node[], scope: Scope, { aliased = true } = {}): Target {
  const [path, ...rest] = nodes;
  if (path?.kind !== 'quoted') throw unexpected(path);
  const table = scope.table(path.text);
  const own = path.text.split('.').at(-1) ?? path.text;
  if (!aliased) return { table, alias: own, rest };
  const start = isKey(rest[0], 'AS') ? 1 : 0;
  const alias = rest[start];
  const isAlias =
    alias?.kind === 'quoted' || (alias?.kind === 'word' && (start === 1 || !clauses.has(alias.key)));
  return isAlias ? { table, alias: alias.text, rest: rest.slice(start + 1) } : { table, alias: own, rest };
}

const clauses = new Set(['SET', 'USING', 'WHERE', 'WHEN', 'ON']);

/** A value for a column: an array column never holds NULL. */
export function withArrays(table: ScopeTable, column: string, value: string): string {
  const field = fieldNamed(table, column);
  return field.mode === 'REPEATED' && value !== 'DEFAULT' ? `coalesce(${value || 'NULL'}, [])` : value;
}

function fieldNamed({ key, fields }: ScopeTable, column: string): ScopeTable['fields'][number] {
  const field = fields.find(({ name }) => name.toLowerCase() === column.toLowerCase());
  if (field === undefined)
    throw new ApiError('invalidQuery', `Column ${column} is not present in table ${key}`);
  return field;
}

/** `a = …, t.b = …`. */
export function assignmentsOf(nodes: readonly Node[], table: ScopeTable, scope: Scope): string {
  const assigned = new Set<string>();
  const assignments = split(nodes, ',').map((assignment) => {
    const at = assignment.findIndex((node) => isKey(node, '='));
    const column = assignment[at - 1];
    if (column === undefined || column.kind === 'group') throw unexpected(assignment[0]);
    const { name } = fieldNamed(table, column.text);
    if (assigned.has(name)) throw new ApiError('invalidQuery', `Update item ${name} assigned more than once`);
    assigned.add(name);
    return `${quote(name)} = ${withArrays(table, name, scope.sql(assignment.slice(at + 1)))}`;
  });
  return assignments.join(', ');
}
