import type { Scope, Step } from './scope.ts';
import { isKey, unexpected, type Group, type Node } from './tree.ts';
import { quote } from './types.ts';

/**
 * In FROM, an array is a table: of one column with the alias's name, or of the fields of its structs.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#unnest_operator
 */
export function unnestOf(nodes: readonly Node[], i: number, scope: Scope): Step {
  const array = nodes[i + 1] as Group;
  const elements = scope.sql(array.nodes);
  if (isKey(nodes[i - 1], 'IN')) return { sql: `(SELECT unnest(${elements}))`, length: 2, operand: false };
  let at = i + 2;
  const nameAt = (): string | undefined => {
    const start = isKey(nodes[at], 'AS') ? at + 1 : at;
    const node = nodes[start];
    if (node === undefined || node.kind === 'group' || (node.kind === 'word' && clauses.has(node.key)))
      return undefined;
    if (node.kind !== 'quoted' && node.kind !== 'word') return undefined;
    at = start + 1;
    return node.text;
  };
  const alias = nameAt() ?? '_unnested';
  let offset: string | undefined;
  if (isKey(nodes[at], 'WITH')) {
    if (!isKey(nodes[at + 1], 'OFFSET')) throw unexpected(nodes[at + 1]);
    at += 2;
    offset = nameAt() ?? 'offset';
  }
  const position = offset === undefined ? '' : `, u._o - 1 AS ${quote(offset)}`;
  const columns = isOfStructs(array.nodes, scope) ? '_x.*' : `u._x AS ${quote(alias)}`;
  const sql = `(SELECT ${columns}${position} FROM unnest(${elements}) WITH ORDINALITY AS u(_x, _o)) AS ${quote(alias)}`;
  return { sql, length: at - i, operand: false };
}

const clauses = new Set(
  'CROSS FULL GROUP HAVING INNER JOIN LEFT LIMIT ON ORDER QUALIFY RIGHT UNION USING WHEN WHERE WINDOW WITH'.split(
    ' ',
  ),
);

function isOfStructs([first, ...more]: readonly Node[], scope: Scope): boolean {
  if (first === undefined || more.length > 0) return false;
  if (first.kind === 'group') return isKey(first.nodes[0], 'STRUCT');
  if (first.kind !== 'parameter') return false;
  const { type } = scope.parameter(first.text);
  return type.kind === 'array' && type.element.kind === 'struct';
}
