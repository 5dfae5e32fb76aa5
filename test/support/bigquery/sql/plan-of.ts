import { ApiError, notUnderstood } from '../api-error.ts';
import { alterationsOf } from './alter.ts';
import { mergePlan } from './merge.ts';
import type { Plan } from './plan.ts';
import type { Scope } from './scope.ts';
import type { Statement } from './statements.ts';
import { targetOf, withArrays, assignmentsOf } from './target.ts';
import { clauseAt, isKey, split, unexpected, type Group, type Node } from './tree.ts';
import { quote } from './types.ts';

export function planOf({ type, nodes }: Statement, scope: Scope): Plan {
  if (type === 'CREATE_SCHEMA' || type === 'CREATE_TABLE')
    throw notUnderstood('making a table or dataset by a statement');
  nameTables(nodes, scope);
  switch (type) {
    case 'SELECT':
      return { sql: scope.sql(nodes) };
    case 'INSERT':
      return insertPlan(nodes, scope);
    case 'UPDATE':
      return updatePlan(nodes, scope);
    case 'DELETE':
      return deletePlan(nodes, scope);
    case 'MERGE':
      return mergePlan(nodes, scope);
    case 'TRUNCATE_TABLE': {
      const { table } = targetOf(nodes.slice(2), scope);
      return { sql: `DELETE FROM ${table.sql}`, target: table, mutates: true };
    }
    case 'CREATE_TABLE_AS_SELECT':
      return temporaryPlan(nodes.slice(3), scope);
    case 'ALTER_TABLE':
      return alterationsOf(nodes.slice(2), scope);
    case 'BEGIN_TRANSACTION':
    case 'COMMIT_TRANSACTION':
    case 'ROLLBACK_TRANSACTION':
      return {};
  }
}

/** Before all else, since the list of a SELECT comes before its tables. */
function nameTables(nodes: readonly Node[], scope: Scope): void {
  for (const node of nodes) {
    if (node.kind === 'group') nameTables(node.nodes, scope);
    else if (node.kind === 'quoted' && node.text.includes('.')) scope.table(node.text);
  }
}

/** https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#insert_statement */
function insertPlan(nodes: readonly Node[], scope: Scope): Plan {
  const { table, rest } = targetOf(nodes.slice(isKey(nodes[1], 'INTO') ? 2 : 1), scope, { aliased: false });
  const [names, ...source] = rest;
  if (names?.kind !== 'group' || names.key !== '(') throw notUnderstood('INSERT without a list of columns');
  const columns = split(names.nodes, ',').map(([name]) => nameOf(name));
  const into = `INSERT INTO ${table.sql} (${columns.map(quote).join(', ')})`;
  const done = (sql: string): Plan => ({ sql: `${into} ${sql}`, target: table });
  if (isKey(source[0], 'VALUES')) {
    const rows = split(source.slice(1), ',').map(([row]) => {
      const values = split((row as Group).nodes, ',').map((value) => scope.sql(value));
      if (values.length !== columns.length)
        throw new ApiError('invalidQuery', 'Inserted row has wrong column count');
      return `(${values.map((value, i) => withArrays(table, columns[i] ?? '', value)).join(', ')})`;
    });
    return done(`VALUES ${rows.join(', ')}`);
  }
  const query = scope.sql(source);
  if (!columns.some((column) => withArrays(table, column, '') !== '')) return done(query);
  const list = columns.map((column, i) => withArrays(table, column, `c${String(i)}`)).join(', ');
  return done(`SELECT ${list} FROM (${query}) AS q(${columns.map((_, i) => `c${String(i)}`).join(', ')})`);
}

/** https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#update_statement */
function updatePlan(nodes: readonly Node[], scope: Scope): Plan {
  const { table, alias, rest } = targetOf(nodes.slice(1), scope);
  const [set, from, where] = [clauseAt(rest, 'SET'), clauseAt(rest, 'FROM'), clauseAt(rest, 'WHERE')];
  if (set !== 0) throw unexpected(rest[0]);
  if (where === -1) throw new ApiError('invalidQuery', 'UPDATE must have a WHERE clause');
  const assignments = assignmentsOf(rest.slice(1, from === -1 ? where : from), table, scope);
  const condition = scope.sql(rest.slice(where + 1));
  const target = `${table.sql} AS ${quote(alias)}`;
  if (from === -1)
    return { sql: `UPDATE ${target} SET ${assignments} WHERE ${condition}`, target: table, mutates: true };
  const source = scope.sql(rest.slice(from + 1, where));
  return {
    sql: `UPDATE ${target} SET ${assignments} FROM ${source} WHERE ${condition}`,
    ambiguous: [
      `SELECT 1 FROM ${target}, ${source} WHERE ${condition} GROUP BY ${quote(alias)}.rowid HAVING count(*) > 1 LIMIT 1`,
    ],
    target: table,
    mutates: true,
  };
}

/** https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#delete_statement */
function deletePlan(nodes: readonly Node[], scope: Scope): Plan {
  const { table, alias, rest } = targetOf(nodes.slice(isKey(nodes[1], 'FROM') ? 2 : 1), scope);
  if (!isKey(rest[0], 'WHERE')) throw new ApiError('invalidQuery', 'DELETE must have a WHERE clause');
  const condition = scope.sql(rest.slice(1));
  return {
    sql: `DELETE FROM ${table.sql} AS ${quote(alias)} WHERE ${condition}`,
    target: table,
    mutates: true,
  };
}

function temporaryPlan([name, as, ...query]: readonly Node[], scope: Scope): Plan {
  if (!isKey(as, 'AS')) throw notUnderstood('CREATE TEMP TABLE without AS');
  return { sql: `CREATE TEMP TABLE ${quote(nameOf(name))} AS ${scope.sql(query)}` };
}

function nameOf(node: Node | undefined): string {
  if (node?.kind !== 'quoted' && node?.kind !== 'word') throw unexpected(node);
  return node.text;
}
