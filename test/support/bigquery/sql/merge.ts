import { ApiError, notUnderstood } from '../api-error.ts';
import type { Plan } from './plan.ts';
import type { Scope, ScopeTable } from './scope.ts';
import { assignmentsOf, targetOf, withArrays, type Target } from './target.ts';
import { clauseAt, isKey, split, unexpected, type Group, type Node } from './tree.ts';
import { quote } from './types.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#merge_statement */
export function mergePlan(nodes: readonly Node[], scope: Scope): Plan {
  const target = targetOf(nodes.slice(isKey(nodes[1], 'INTO') ? 2 : 1), scope);
  const { table, alias, rest } = target;
  const [on, when] = [clauseAt(rest, 'ON'), clauseAt(rest, 'WHEN')];
  if (!isKey(rest[0], 'USING') || on === -1 || when < on) throw unexpected(rest[0]);
  const source = sourceOf(rest.slice(1, on), scope);
  const condition = scope.sql(rest.slice(on + 1, when));
  const clauses = clausesOf(rest.slice(when)).map((clause) => clauseOf(clause, target, scope));
  const into = `${table.sql} AS ${quote(alias)}`;
  const changing = clauses.filter(({ kind }) => kind === 'matched').map(({ condition }) => `(${condition})`);
  const mutates = clauses.some(({ kind }) => kind !== 'missing');
  const pairs = `SELECT 1 FROM ${into} JOIN ${source} ON ${condition}`;
  const twice = `GROUP BY ${quote(alias)}.rowid HAVING count(*) > 1 LIMIT 1`;
  const [unmatched, another] = clauses.filter(({ kind }) => kind === 'unmatched');
  if (another !== undefined) throw notUnderstood('two clauses WHEN NOT MATCHED BY SOURCE');
  const others = clauses.filter(({ kind }) => kind !== 'unmatched').map(({ sql }) => sql);
  const alone = `NOT EXISTS (SELECT 1 FROM ${source} WHERE ${condition})`;
  return {
    ...(unmatched && { before: unmatchedSql(unmatched, into, alone) }),
    sql: `MERGE INTO ${into} USING ${source} ON ${condition} ${others.join(' ')} RETURNING merge_action`,
    // An error only where the row would be changed by both; most often, not even the keys are the same.
    ambiguous:
      changing.length === 0 ? [] : [`${pairs} ${twice}`, `${pairs} WHERE ${changing.join(' OR ')} ${twice}`],
    target: table,
    mutates,
    actions: true,
  };
}

/** DuckDB's own clause ends the process where the table has a column of lists. No other clause is about these rows. */
function unmatchedSql({ condition, action }: Clause, into: string, alone: string): string {
  const where = `WHERE ${alone} AND (${condition})`;
  return action === 'DELETE'
    ? `DELETE FROM ${into} ${where} RETURNING 'DELETE'`
    : `UPDATE ${into} ${action.slice('UPDATE '.length)} ${where} RETURNING 'UPDATE'`;
}

function sourceOf(nodes: readonly Node[], scope: Scope): string {
  const [first] = nodes;
  if (isKey(first, 'UNNEST')) throw notUnderstood('MERGE USING UNNEST: select from it');
  return scope.sql(nodes);
}

/** Each from its WHEN on. */
function clausesOf(nodes: readonly Node[]): Node[][] {
  const clauses: Node[][] = [];
  for (const node of nodes) {
    if (isKey(node, 'WHEN')) clauses.push([]);
    else clauses.at(-1)?.push(node);
  }
  return clauses;
}

interface Clause {
  /** `missing` from the target, or from the source. */
  readonly kind: 'matched' | 'missing' | 'unmatched';
  readonly condition: string;
  readonly action: string;
  readonly sql: string;
}

function clauseOf(nodes: readonly Node[], target: Target, scope: Scope): Clause {
  const then = clauseAt(nodes, 'THEN');
  const words = nodes.slice(0, clauseAt(nodes, 'AND') === -1 ? then : Math.min(then, clauseAt(nodes, 'AND')));
  const when = words.map((node) => (node.kind === 'word' ? node.key : '?')).join(' ');
  const kind = kinds[when];
  if (kind === undefined || then === -1) throw unexpected(nodes[0]);
  const conditions = nodes.slice(words.length + 1, then);
  refuseCorrelated(nodes.slice(words.length));
  const condition = words.length === then ? 'TRUE' : scope.sql(conditions);
  const action = actionOf(nodes.slice(then + 1), target.table, scope);
  const and = words.length === then ? '' : ` AND (${condition})`;
  return { kind, condition, action, sql: `WHEN ${when}${and} THEN ${action}` };
}

const kinds: Readonly<Record<string, Clause['kind']>> = {
  MATCHED: 'matched',
  'NOT MATCHED': 'missing',
  'NOT MATCHED BY TARGET': 'missing',
  'NOT MATCHED BY SOURCE': 'unmatched',
};

/** https://docs.cloud.google.com/bigquery/docs/data-manipulation-language#limitations */
function refuseCorrelated(nodes: readonly Node[]): void {
  for (const node of nodes) {
    if (node.kind !== 'group') continue;
    if (isKey(node.nodes[0], 'SELECT') && clauseAt(node.nodes, 'FROM') !== -1)
      throw new ApiError(
        'invalidQuery',
        'Subqueries within a WHEN clause of MERGE are refused here: BigQuery takes none that is correlated',
      );
    refuseCorrelated(node.nodes);
  }
}

function actionOf(nodes: readonly Node[], table: ScopeTable, scope: Scope): string {
  const [first, second] = nodes;
  if (isKey(first, 'DELETE') && nodes.length === 1) return 'DELETE';
  if (isKey(first, 'UPDATE') && isKey(second, 'SET'))
    return `UPDATE SET ${assignmentsOf(nodes.slice(2), table, scope)}`;
  const [, names, word, values] = nodes;
  if (
    !isKey(first, 'INSERT') ||
    names?.kind !== 'group' ||
    !isKey(word, 'VALUES') ||
    values?.kind !== 'group'
  )
    throw notUnderstood('an action of MERGE other than UPDATE SET, DELETE and INSERT (…) VALUES (…)');
  return insertOf(names, values, { table, scope });
}

function insertOf(
  names: Group,
  values: Group,
  { table, scope }: { table: ScopeTable; scope: Scope },
): string {
  const columns = split(names.nodes, ',').map(([name]) => {
    if (name === undefined || name.kind === 'group') throw unexpected(names);
    return name.text;
  });
  const list = split(values.nodes, ',').map((value) => scope.sql(value));
  if (list.length !== columns.length)
    throw new ApiError('invalidQuery', 'Inserted row has wrong column count');
  const row = list.map((value, i) => withArrays(table, columns[i] ?? '', value));
  return `INSERT (${columns.map(quote).join(', ')}) VALUES (${row.join(', ')})`;
}
