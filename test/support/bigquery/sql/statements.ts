import { ApiError, notUnderstood } from '../api-error.ts';
import { tokensOf } from './tokens.ts';
import { isKey, treeOf, type Node } from './tree.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobStatistics2.FIELDS.statement_type */
type StatementType =
  | 'ALTER_TABLE'
  | 'BEGIN_TRANSACTION'
  | 'COMMIT_TRANSACTION'
  | 'CREATE_SCHEMA'
  | 'CREATE_TABLE'
  | 'CREATE_TABLE_AS_SELECT'
  | 'DELETE'
  | 'INSERT'
  | 'MERGE'
  | 'ROLLBACK_TRANSACTION'
  | 'SELECT'
  | 'TRUNCATE_TABLE'
  | 'UPDATE';

export interface Statement {
  readonly type: StatementType;
  readonly nodes: readonly Node[];
  /** Where it begins, from 1. */
  readonly line: number;
  readonly column: number;
}

/** https://docs.cloud.google.com/bigquery/docs/multi-statement-queries */
export function statementsOf(sql: string): readonly Statement[] {
  const known = cache.get(sql);
  if (known !== undefined) return known;
  const statements: Statement[] = [];
  let nodes: Node[] = [];
  const end = (): void => {
    if (nodes.length > 0) statements.push(statementOf(nodes));
    nodes = [];
  };
  for (const node of treeOf(tokensOf(sql))) {
    if (isKey(node, ';')) end();
    else nodes.push(node);
  }
  end();
  if (statements.length === 0)
    throw new ApiError('invalidQuery', 'Syntax error: Unexpected end of statement');
  if (cache.size > 1_000) cache.clear();
  cache.set(sql, statements);
  return statements;
}

/** Commits repeat their text, with other parameters. */
const cache = new Map<string, readonly Statement[]>();

function statementOf(nodes: readonly Node[]): Statement {
  const [first] = nodes;
  return { type: typeOf(nodes), nodes, line: first?.line ?? 1, column: first?.column ?? 1 };
}

function typeOf(nodes: readonly Node[]): StatementType {
  const [first, second] = nodes;
  if (first?.kind === 'group') return 'SELECT';
  const words = nodes.slice(0, 3).map((node) => (node.kind === 'word' ? node.key : ''));
  switch (first?.key) {
    case 'SELECT':
    case 'WITH':
      return 'SELECT';
    case 'INSERT':
    case 'UPDATE':
    case 'DELETE':
    case 'MERGE':
      return first.key;
    case 'TRUNCATE':
      return 'TRUNCATE_TABLE';
    case 'ALTER':
      if (isKey(second, 'TABLE')) return 'ALTER_TABLE';
      break;
    case 'CREATE':
      if (/^CREATE TEMP(ORARY)? TABLE$/.test(words.join(' '))) return 'CREATE_TABLE_AS_SELECT';
      if (isKey(second, 'SCHEMA') && nodes.length === 3) return 'CREATE_SCHEMA';
      if (isKey(second, 'TABLE') && nodes.length === 4) return 'CREATE_TABLE';
      break;
    case 'BEGIN':
    case 'COMMIT':
    case 'ROLLBACK':
      if (nodes.length === 1 || (nodes.length === 2 && isKey(second, 'TRANSACTION')))
        return `${first.key}_TRANSACTION`;
      break;
    default:
  }
  throw notUnderstood(`a statement that begins with ${words.join(' ').trim()}`);
}
