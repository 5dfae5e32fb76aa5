import type { DuckDBConnection } from '@duckdb/node-api';
import { alterTable } from './alter-table.ts';
import { ApiError } from './api-error.ts';
import type { StoredTable } from './catalog.ts';
import type { Double } from './double.ts';
import { inTransaction } from './duckdb.ts';
import { checkLimit, estimate } from './estimate.ts';
import type { StoredJob } from './job-book.ts';
import { resultSet } from './result-set.ts';
import type { JobScope } from './scope-of.ts';
import { planOf } from './sql/plan-of.ts';
import type { Plan } from './sql/plan.ts';
import type { Statement } from './sql/statements.ts';
import { aborted, type Transaction } from './transactions.ts';
import { duckTimestamp } from './values.ts';

interface Open {
  readonly transaction: Transaction;
  readonly written: Set<StoredTable>;
  readonly leave: () => void;
}

/**
 * Runs the statements of a job, one after the other. An error rolls back what is open.
 * https://docs.cloud.google.com/bigquery/docs/transactions
 */
export class Script {
  readonly #double: Double;
  readonly #scope: JobScope;
  readonly #connection: DuckDBConnection;
  readonly #maximum: string | undefined;
  readonly #temporary: string[] = [];
  #open: Open | undefined;

  private constructor(
    double: Double,
    scope: JobScope,
    rest: { connection: DuckDBConnection; maximum: string | undefined },
  ) {
    this.#double = double;
    this.#scope = scope;
    this.#connection = rest.connection;
    this.#maximum = rest.maximum;
  }

  static async open(double: Double, scope: JobScope, maximum: string | undefined): Promise<Script> {
    return new Script(double, scope, { connection: await double.duck.borrow(), maximum });
  }

  get inTransaction(): boolean {
    return this.#open !== undefined;
  }

  async run(job: StoredJob, statement: Statement): Promise<void> {
    job.statistics = {
      ...(job.parent && { scriptStatistics: frameOf(statement) }),
      query: { statementType: statement.type },
    };
    if (this.#open !== undefined)
      job.statistics.transactionInfo = { transactionId: this.#open.transaction.id };
    switch (statement.type) {
      case 'BEGIN_TRANSACTION':
        return this.#begin();
      case 'COMMIT_TRANSACTION':
        return this.#commit(job);
      case 'ROLLBACK_TRANSACTION':
        return this.#rollback();
      default:
        return this.#runSql(job, statement);
    }
  }

  async #runSql(job: StoredJob, statement: Statement): Promise<void> {
    // Inside a transaction, it is the time at which that began.
    if (this.#open === undefined) this.#scope.now = duckTimestamp(this.#double.clock.micros());
    const leave =
      this.#open === undefined && statement.type !== 'ALTER_TABLE'
        ? await this.#double.gate.enter(false)
        : undefined;
    try {
      await this.#execute(job, statement);
    } finally {
      leave?.();
    }
  }

  async close(): Promise<void> {
    if (this.#open !== undefined) await this.#rollback();
    for (const name of this.#temporary) await this.#connection.run(`DROP TABLE IF EXISTS temp.${name}`);
    this.#double.duck.giveBack(this.#connection);
  }

  async #begin(): Promise<void> {
    if (this.#open !== undefined) throw new ApiError('invalidQuery', 'Transaction already in progress');
    const { changes, clock, gate } = this.#double;
    const leave = await gate.enter(false);
    this.#open = { transaction: changes.begin(), written: new Set(), leave };
    this.#scope.now = duckTimestamp(clock.micros());
    await this.#connection.run('BEGIN TRANSACTION');
  }

  async #commit(job: StoredJob): Promise<void> {
    const open = this.#open;
    if (open === undefined) throw new ApiError('invalidQuery', 'There is no transaction in progress');
    const strike = this.#double.faults.strikeTransaction({ method: '', path: '', jobId: job.parent?.id });
    if (strike) throw aborted(open.transaction, [...open.transaction.changed][0] ?? '');
    this.#open = undefined;
    let committed = false;
    try {
      // One that fails has rolled back.
      await this.#connection.run('COMMIT');
      committed = true;
      for (const table of open.written) this.#wrote(table);
    } finally {
      this.#double.changes.end(open.transaction, committed);
      open.leave();
    }
  }

  async #rollback(): Promise<void> {
    const open = this.#open;
    if (open === undefined) throw new ApiError('invalidQuery', 'There is no transaction in progress');
    this.#open = undefined;
    await this.#connection.run('ROLLBACK');
    this.#double.changes.end(open.transaction, false);
    open.leave();
  }

  #wrote(table: StoredTable): void {
    table.changes += 1;
    this.#double.quota.count(table);
  }

  async #execute(job: StoredJob, statement: Statement): Promise<void> {
    const { tables } = this.#scope;
    tables.clear();
    const plan = planOf(statement, this.#scope);
    const target = plan.target === undefined ? undefined : tables.get(plan.target.key);
    if (plan.alterations !== undefined && target !== undefined) {
      if (this.#open !== undefined)
        throw new ApiError(
          'invalidQuery',
          'DDL statements on permanent tables are not supported within a transaction',
        );
      return alterTable(this.#double, target, plan.alterations);
    }
    await this.#measure(job, statement, plan);
    if (target === undefined) return this.#read(job, statement, plan);
    this.#double.permissions.check('bigquery.tables.updateData', target.dataset.id, target.id);
    if (this.#open !== undefined) {
      if (plan.mutates === true) this.#double.changes.change(this.#open.transaction, target.key);
      await this.#write(job, statement, plan);
      this.#open.written.add(target);
      return;
    }
    const write = (): Promise<void> => this.#write(job, statement, plan);
    await (plan.mutates === true ? this.#double.changes.changeAlone(target.key, write) : write());
    this.#wrote(target);
  }

  async #measure(job: StoredJob, statement: Statement, plan: Plan): Promise<void> {
    const tables = [...this.#scope.tables.values()];
    const cost = await estimate(this.#double, statement, {
      plan,
      tables,
      exactly: this.#maximum !== undefined,
    });
    checkLimit(cost, this.#maximum);
    const [totalBytesProcessed, totalBytesBilled] = [String(cost.processed), String(cost.billed)];
    Object.assign(job.statistics, { totalBytesProcessed });
    Object.assign(job.statistics.query ?? {}, { totalBytesProcessed, totalBytesBilled });
  }

  async #read(job: StoredJob, { type, nodes }: Statement, { sql = '' }: Plan): Promise<void> {
    const reader = await this.#connection.runAndReadAll(sql);
    if (type === 'SELECT') job.result = resultSet(reader);
    const name = nodes[3];
    if (type !== 'SELECT' && name !== undefined && name.kind !== 'group')
      this.#temporary.push(`"${name.text.replaceAll('"', '""')}"`);
  }

  async #write(job: StoredJob, { type }: Statement, plan: Plan): Promise<void> {
    const { ambiguous, actions } = plan;
    if (ambiguous !== undefined && ambiguous.length > 0 && (await this.#giveRows(ambiguous)))
      throw new ApiError(
        'invalidQuery',
        'UPDATE/MERGE must match at most one source row for each target row',
      );
    const rows = await this.#rowsOf(plan);
    const counts = { INSERT: 0, UPDATE: 0, DELETE: 0 };
    if (actions === true) for (const [action] of rows) counts[action as keyof typeof counts] += 1;
    else
      counts[type === 'TRUNCATE_TABLE' ? 'DELETE' : (type as keyof typeof counts)] = Number(
        rows[0]?.[0] ?? 0,
      );
    Object.assign(job.statistics.query ?? {}, {
      numDmlAffectedRows: String(counts.INSERT + counts.UPDATE + counts.DELETE),
      dmlStats: {
        insertedRowCount: String(counts.INSERT),
        updatedRowCount: String(counts.UPDATE),
        deletedRowCount: String(counts.DELETE),
      },
    });
  }

  async #rowsOf({ before, sql = '' }: Plan): Promise<unknown[][]> {
    const connection = this.#connection;
    const read = async (query: string): Promise<unknown[][]> =>
      (await connection.runAndReadAll(query)).getRows();
    if (before === undefined) return read(sql);
    const both = async (): Promise<unknown[][]> => [...(await read(before)), ...(await read(sql))];
    return this.inTransaction ? both() : inTransaction(connection, both);
  }

  /** Whether each of these does. */
  async #giveRows(queries: readonly string[]): Promise<boolean> {
    for (const sql of queries)
      if ((await this.#connection.runAndReadAll(sql)).currentRowCount === 0) return false;
    return true;
  }
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/Job#ScriptStackFrame */
function frameOf({ line, column }: Statement): {
  evaluationKind: 'STATEMENT';
  stackFrames: { startLine: number; startColumn: number }[];
} {
  return { evaluationKind: 'STATEMENT', stackFrames: [{ startLine: line, startColumn: column }] };
}
