import { calls, columnsMade, innermost, type Node, nodesNamed, references } from './tree.ts';

const reference = 'https://docs.cloud.google.com/bigquery/docs/reference/standard-sql';

/** What Google's documentation rules out although the analyser lets it pass. Nothing when all is well. */
export function* documentedRules(
  text: string,
  statement: Node,
  tables: readonly string[],
): Generator<string> {
  yield* tableNames(text, tables);
  yield* recursion(bareWords(text));
  yield* addedColumns(bareWords(text));
  yield* joins(statement);
  yield* correlations(statement);
}

/** Keywords and signs without names, comments and literals. */
function bareWords(text: string): string {
  const noise = /`[^`]*`|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|--[^\n]*|#[^\n]*|\/\*.*?\*\//gs;
  return text.replaceAll(noise, ' _ ').replaceAll(/\s+/g, ' ').toUpperCase();
}

/** datasets#dataset-naming: names of datasets and tables are case-sensitive. A name with a dot is a table's, as columns have none. */
function* tableNames(text: string, tables: readonly string[]): Generator<string> {
  for (const name of tablesNamed(text)) if (!tables.includes(name)) yield `There is no table ${name}`;
}

/** The tables that a script names, as they stand between backticks. Not one that is to be made. */
export function tablesNamed(script: string): ReadonlySet<string> {
  const tokens = script.matchAll(
    /(?<!\bCREATE (?:SCHEMA|TABLE) )`((?:\\.|[^`\\])*)`|'(?:\\.|[^'\\])*'|`[^`]*`/gs,
  );
  return new Set([...tokens].flatMap(([, name]) => (name?.includes('.') === true ? [name] : [])));
}

/** query-syntax#cte_rules */
function* recursion(words: string): Generator<string> {
  if (!/\bWITH RECURSIVE\b/.test(words)) return;
  const where = `(${reference}/query-syntax#cte_rules)`;
  if (/\( ?WITH RECURSIVE\b/.test(words))
    yield `WITH RECURSIVE is allowed at the top level of a query only ${where}`;
  if (/\bUNION DISTINCT\b/.test(words)) yield `UNION DISTINCT is not allowed inside WITH RECURSIVE ${where}`;
  if (/\bWITH (?!RECURSIVE\b|OFFSET\b)/.test(words))
    yield `WITH is not allowed inside WITH RECURSIVE ${where}`;
  const recursiveTerm = words.split(/\bUNION ALL\b/)[1] ?? '';
  if (/\bNOT IN\b/.test(recursiveTerm)) yield `NOT IN is not allowed in a recursive term ${where}`;
  if (/\b(?:IN|EXISTS) ?\(/.test(selectList(recursiveTerm)))
    yield `IN and EXISTS are not allowed in the SELECT of a recursive term ${where}`;
}

/** What stands before the FROM of a query. */
function selectList(query: string): string {
  let depth = 0;
  for (const { 0: sign, index } of query.matchAll(/[()]|\bFROM\b/g)) {
    if (sign === 'FROM' && depth === 0) return query.slice(0, index);
    depth += sign === '(' ? 1 : sign === ')' ? -1 : 0;
  }
  return query;
}

/** data-definition-language#alter_table_add_column_statement */
function* addedColumns(words: string): Generator<string> {
  if (/\bADD COLUMN [^,]*\bNOT NULL\b/.test(words))
    yield `A column that is added to a table cannot be NOT NULL (${reference}/data-definition-language#alter_table_add_column_statement)`;
}

/** BigQuery joins by hashing: what is not an inner join needs a column of each side that are equal. */
function* joins(statement: Node): Generator<string> {
  for (const join of nodesNamed('resolvedJoinScanNode', statement)) {
    if (join['joinType'] === inner) continue;
    if (!hasEquality(join['joinExpr'], join['leftScan'], join['rightScan']))
      yield 'An outer join needs an equality of fields from both sides';
  }
  const { name, node } = innermost(statement);
  if (name !== 'MergeStmt' || isFalse(node['mergeExpr'])) return;
  if (!hasEquality(node['mergeExpr'], node['tableScan'], node['fromScan']))
    yield 'The ON of a MERGE needs an equality of fields from both sides';
}

const inner = 0;

function isFalse(expression: unknown): boolean {
  const [literal] = nodesNamed('resolvedLiteralNode', { expression });
  return calls(expression).length === 0 && literal !== undefined;
}

function hasEquality(condition: unknown, left: unknown, right: unknown): boolean {
  const lefts = columnsMade(left);
  const rights = columnsMade(right);
  const within = (tree: unknown, side: ReadonlySet<number>): boolean => {
    const ids = references(tree).map(({ id }) => id);
    return ids.length > 0 && ids.every((id) => side.has(id));
  };
  return equalities(condition).some(
    ([a, b]) => (within(a, lefts) && within(b, rights)) || (within(a, rights) && within(b, lefts)),
  );
}

/** The equalities that must hold for the condition to hold: itself, or what is joined by AND. */
function equalities(condition: unknown): readonly (readonly [Node, Node])[] {
  const [call] = calls(condition);
  if (call === undefined) return [];
  if (call.name === '$and') return call.operands.flatMap(equalities);
  const [a, b] = call.operands;
  return call.name === '$equal' && a !== undefined && b !== undefined ? [[a, b]] : [];
}

/** correlated_subqueries: a subquery over tables is run as a join, so that it needs an equality with the outer row. */
function* correlations(statement: Node): Generator<string> {
  for (const subquery of nodesNamed('resolvedSubqueryExprNode', statement)) {
    if ((subquery['parameterList'] as readonly unknown[]).length === 0) continue;
    const body = subquery['subquery'];
    if (nodesNamed('resolvedTableScanNode', body).length === 0) continue;
    const conditions = nodesNamed('resolvedFilterScanNode', body).map((scan) => scan['filterExpr']);
    const tied = conditions.flatMap(equalities).some(([a, b]) => isOuter(a) !== isOuter(b));
    if (!tied) yield 'A correlated subquery that reads tables needs an equality with the outer row';
  }
}

function isOuter(tree: unknown): boolean {
  return references(tree).some(({ correlated }) => correlated);
}

const permanent = new Set([
  'AlterTableStmt',
  'CreateTableStmt',
  'CreateViewStmt',
  'RenameStmt',
  'AlterViewStmt',
]);

/** https://docs.cloud.google.com/bigquery/docs/transactions#transaction_limitations */
export function* transactionRules(kinds: readonly string[]): Generator<string> {
  let open = false;
  for (const [index, kind] of kinds.entries()) {
    if (kind === 'BeginStmt' && open) yield 'Transactions cannot be nested';
    if (kind === 'BeginStmt') open = true;
    else if (open && permanent.has(kind)) yield `${kind} is not allowed in a transaction`;
    if (kind !== 'CommitStmt' && kind !== 'RollbackStmt') continue;
    if (!open) yield `${kind} without a transaction`;
    open = false;
    if (index < kinds.length - 1) yield 'Statements after COMMIT run outside of the transaction';
  }
  if (open) yield 'The transaction is never committed';
}
