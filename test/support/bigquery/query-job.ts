import { ApiError, notUnderstood } from './api-error.ts';
import type { Double } from './double.ts';
import { duckError } from './duck-error.ts';
import { estimate, checkLimit } from './estimate.ts';
import type { StoredJob } from './job-book.ts';
import type { Query } from './rest.ts';
import { scopeOf } from './scope-of.ts';
import { Script } from './script.ts';
import { planOf } from './sql/plan-of.ts';
import { statementsOf, type Statement } from './sql/statements.ts';

const understood = new Set(
  'maximumBytesBilled parameterMode priority query queryParameters useLegacySql useQueryCache'.split(' '),
);

/** Throws what BigQuery answers at once; and 501 for what the double does not know. */
export function checkQuery(query: Query): void {
  for (const name of Object.keys(query)) if (!understood.has(name)) throw notUnderstood(`${name} of a query`);
  if (query.useLegacySql !== false)
    throw notUnderstood('legacy SQL: useLegacySql is true where it is not given');
  if (query.parameterMode !== undefined && query.parameterMode !== 'NAMED')
    throw notUnderstood('positional parameters');
}

/** Where a query runs that does not say where: where its tables are. */
export function locationOf({ catalog }: Double, { query = '' }: Query): string {
  for (const [, path = ''] of query.matchAll(/`([^`]+\.[^`]+)`/g)) {
    const dataset = catalog.datasets.get(path.split('.').at(-2) ?? '');
    if (dataset !== undefined) return dataset.location;
  }
  return 'US';
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert */
export async function runQuery(double: Double, job: StoredJob, query: Query): Promise<void> {
  const { clock, jobs } = double;
  const statements = statementsOf(query.query ?? '');
  const scope = scopeOf(double, { location: job.location, parameters: query.queryParameters ?? [] });
  const [only] = statements;
  const script = await Script.open(double, scope, query.maximumBytesBilled);
  try {
    if (statements.length === 1 && only !== undefined) {
      job.statementType = only.type;
      await script.run(job, only);
      if (script.inTransaction) throw new ApiError('invalidQuery', 'Transaction was not committed');
      return;
    }
    job.statementType = 'SCRIPT';
    for (const statement of statements) {
      const child = jobs.addChild(job, clock.now());
      await runChild(double, script, child, statement);
    }
    summarize(job);
  } finally {
    await script.close();
  }
}

async function runChild(
  { clock }: Double,
  script: Script,
  job: StoredJob,
  statement: Statement,
): Promise<void> {
  job.startedAt = clock.now();
  job.statementType = statement.type;
  try {
    await script.run(job, statement);
  } catch (error) {
    job.error = duckError(error);
    const { reason, message, status } = job.error;
    const at = `[${String(statement.line)}:${String(statement.column)}]`;
    throw reason === 'invalidQuery'
      ? new ApiError(reason, `Query error: ${message} at ${at}`, status)
      : job.error;
  } finally {
    job.endedAt = clock.now();
  }
}

/** A script has the sums of its statements, and the result of its last SELECT. */
function summarize(job: StoredJob): void {
  const sum = (name: 'totalBytesProcessed' | 'totalBytesBilled'): string =>
    String(job.children.reduce((total, { statistics }) => total + Number(statistics.query?.[name] ?? 0), 0));
  const last = job.children.findLast(({ result }) => result !== undefined);
  if (last?.result !== undefined) job.result = last.result;
  job.statistics = {
    totalBytesProcessed: sum('totalBytesProcessed'),
    query: {
      statementType: 'SCRIPT',
      totalBytesProcessed: sum('totalBytesProcessed'),
      totalBytesBilled: sum('totalBytesBilled'),
    },
  };
}

/**
 * Plans all, runs nothing.
 * https://docs.cloud.google.com/bigquery/docs/running-queries#dry-run
 */
export async function dryRun(double: Double, location: string, query: Query): Promise<number> {
  const statements = statementsOf(query.query ?? '');
  let bytes = 0;
  for (const statement of statements) {
    if (statement.type === 'CREATE_TABLE_AS_SELECT')
      throw new ApiError('invalidQuery', 'CREATE TEMP TABLE is not supported in a dry run');
    if (statement.type === 'CREATE_TABLE' || statement.type === 'CREATE_SCHEMA') {
      dryRunOfCreate(double, statement);
      break;
    }
    const scope = scopeOf(double, { location, parameters: query.queryParameters ?? [] });
    scope.now = 'CAST(NULL AS TIMESTAMP)';
    const plan = planOf(statement, scope);
    await prepare(double, plan.sql);
    const cost = await estimate(double, statement, {
      plan,
      tables: [...scope.tables.values()],
      exactly: true,
    });
    checkLimit(cost, query.maximumBytesBilled);
    bytes += cost.processed;
    if (plan.alterations !== undefined) break;
  }
  return bytes;
}

async function prepare({ duck }: Double, sql: string | undefined): Promise<void> {
  if (sql === undefined) return;
  const connection = await duck.borrow();
  try {
    (await connection.prepare(sql)).destroySync();
  } catch (error) {
    throw duckError(error);
  } finally {
    duck.giveBack(connection);
  }
}

/**
 * Whether it may be made, and is not there. That planning asks for the permissions is seen of BigQuery, not read:
 * https://github.com/mozilla/bigquery-etl/pull/1805
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-definition-language#create_table_statement
 */
function dryRunOfCreate({ catalog, permissions }: Double, { type, nodes }: Statement): void {
  const [, , name] = nodes;
  const parts = name?.kind === 'quoted' ? name.text.split('.') : [];
  const [project = '', dataset = '', table = ''] = parts;
  if (parts.length !== (type === 'CREATE_SCHEMA' ? 2 : 3)) throw notUnderstood('such a name');
  catalog.checkProject(project);
  if (type === 'CREATE_SCHEMA') {
    permissions.check('bigquery.datasets.create');
    if (catalog.datasets.has(dataset))
      throw new ApiError('duplicate', `Already Exists: Dataset ${project}:${dataset}`);
    return;
  }
  permissions.check('bigquery.tables.create', dataset);
  if (catalog.find(dataset, table) !== undefined)
    throw new ApiError('duplicate', `Already Exists: Table ${project}:${dataset}.${table}`);
}
