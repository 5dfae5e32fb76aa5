import { notUnderstood } from '../api-error.ts';
import { callOf } from './calls.ts';
import { typedLiteral } from './literals.ts';
import type { Scope, Step } from './scope.ts';
import { isKey, unexpected, type Group, type Node } from './tree.ts';
import { duckType, literal, quote, typeOf } from './types.ts';
import { unnestOf } from './unnest.ts';

/** Translates expressions and queries, token by token, into DuckDB's SQL. */
export function emit(nodes: readonly Node[], scope: Scope): string {
  const out: string[] = [];
  /** Where in `out` the operand begins that a subscript would belong to. */
  let operand = -1;
  let i = 0;
  const push = (sql: string, isOperand: boolean): void => {
    if (!isOperand) operand = -1;
    else if (out.at(-1) !== '.' || operand === -1) operand = out.length;
    out.push(sql);
  };
  while (i < nodes.length) {
    const node = nodes[i] as Node;
    if (node.kind === 'group' && node.key === '[' && operand !== -1) {
      out.splice(operand, out.length, memberOf(out.slice(operand).join(''), node));
      i += 1;
      continue;
    }
    if (node.key === '.') {
      out.push('.');
      i += 1;
      continue;
    }
    const step = stepOf(nodes, i, scope);
    push(step.sql, step.operand);
    i += step.length;
  }
  return joined(out);
}

/** A JSON subscript: `j['name']`. https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/operators#json_subscript_operator */
function memberOf(operand: string, { nodes }: Group): string {
  const [name, ...more] = nodes;
  if (name?.kind !== 'string' || more.length > 0)
    throw notUnderstood('a subscript other than a name in quotes');
  return `CAST(bq_json_member(${operand}, ${literal(name.text)}) AS JSON)`;
}

function joined(out: readonly string[]): string {
  let sql = '';
  for (const [i, one] of out.entries()) sql += one === '.' || out[i - 1] === '.' || i === 0 ? one : ` ${one}`;
  return sql;
}

function stepOf(nodes: readonly Node[], i: number, scope: Scope): Step {
  const node = nodes[i] as Node;
  switch (node.kind) {
    case 'group':
      return { sql: groupSql(node, scope), length: 1, operand: node.key !== 'CASE' };
    case 'quoted':
      if (node.text.includes('.')) return { sql: scope.table(node.text).sql, length: 1, operand: true };
      return { sql: quote(node.text), length: 1, operand: true };
    case 'string':
      return { sql: literal(node.text), length: 1, operand: false };
    case 'number':
      return { sql: node.text, length: 1, operand: false };
    case 'parameter':
      return { sql: scope.parameter(node.text).sql, length: 1, operand: true };
    case 'symbol':
      if (node.key === ';') throw unexpected(node);
      return { sql: node.text, length: 1, operand: false };
    case 'word':
      return wordStep(nodes, i, scope);
  }
}

function groupSql({ key, nodes }: Group, scope: Scope): string {
  const inner = scope.sql(nodes);
  if (key === 'CASE') return `CASE ${inner} END`;
  return key === '(' ? `(${inner})` : `[${inner}]`;
}

function wordStep(nodes: readonly Node[], i: number, scope: Scope): Step {
  const node = nodes[i] as Exclude<Node, Group>;
  const next = nodes[i + 1];
  const isField = isKey(nodes[i - 1], '.');
  if (!isField && node.key === 'UNNEST' && next?.key === '(') return unnestOf(nodes, i, scope);
  if (!isField && node.key === 'EXCEPT' && next?.key === '(' && isKey(nodes[i - 1], '*'))
    return { sql: 'EXCLUDE', length: 1, operand: false };
  if (!isField && next?.kind === 'string' && (node.key === 'TIMESTAMP' || node.key === 'DATE'))
    return { sql: typedLiteral(node.key, next.text), length: 2, operand: false };
  if (!isField && node.key === 'ARRAY' && isKey(next, '<')) return typedArray(nodes, i, scope);
  if (!isField && node.key === 'UNION' && isKey(next, 'DISTINCT'))
    return { sql: 'UNION', length: 2, operand: false };
  if (!isField && keywords.has(node.key)) return { sql: node.key, length: 1, operand: false };
  if (next?.kind === 'group' && next.key === '(')
    return { sql: callOf(node, next, scope), length: 2, operand: true };
  if (!isField && constants.has(node.key)) return { sql: node.key, length: 1, operand: false };
  if (!isField && reserved.has(node.key)) throw notUnderstood(node.key);
  return { sql: quote(node.text), length: 1, operand: true };
}

/** `ARRAY<STRING>[…]`. */
function typedArray(nodes: readonly Node[], i: number, scope: Scope): Step {
  const end = nodes.findIndex((node, at) => at > i && node.kind === 'group');
  const list = nodes[end];
  if (list === undefined || list.key !== '[') throw notUnderstood('an array without its elements');
  const type = duckType(typeOf(nodes.slice(i, end)));
  return { sql: `CAST(${groupSql(list as Group, scope)} AS ${type})`, length: end - i + 1, operand: true };
}

const constants = new Set(['TRUE', 'FALSE', 'NULL']);

const keywords = new Set(
  `ALL AND AS ASC BETWEEN BY CROSS DESC DISTINCT ELSE EXISTS FALSE FIRST FOLLOWING FROM FULL GROUP HAVING IN INNER IS JOIN LAST LEFT
   LIKE LIMIT NOT NULLS OFFSET ON OR ORDER OUTER OVER PARTITION PRECEDING QUALIFY RECURSIVE RIGHT ROW ROWS SELECT THEN UNBOUNDED UNION
   USING VALUES WHEN WHERE WITH WINDOW`.split(/\s+/),
);

/** Words that BigQuery reserves and that none of what is understood has. */
const reserved = new Set(
  `ANY ASSERT_ROWS_MODIFIED AT COLLATE CONTAINS CREATE CUBE CURRENT DEFAULT DEFINE ENUM ESCAPE EXCEPT EXCLUDE EXTRACT FETCH FOR
   GROUPING GROUPS HASH IF IGNORE INTERSECT INTERVAL INTO LATERAL LOOKUP MERGE NATURAL NEW NO OF PROTO RANGE RESPECT ROLLUP SET SOME
   STRUCT TABLESAMPLE TO TREAT WITHIN PIVOT UNPIVOT`.split(/\s+/),
);
