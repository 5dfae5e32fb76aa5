import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';

/**
 * Which tables are being changed, and by whom. Of two transactions that change rows of one table, the later is cancelled; a
 * statement outside a transaction waits. Inserting is not changing.
 * https://docs.cloud.google.com/bigquery/docs/transactions#transaction_concurrency
 */
export class TableChanges {
  readonly #holders = new Map<string, Transaction>();
  /** When a change was last committed, counted. */
  readonly #committed = new Map<string, number>();
  #count = 0;
  #waiting: (() => void)[] = [];

  begin(): Transaction {
    return { id: randomUUID(), startedAt: this.#count, changed: new Set() };
  }

  /** Throws where another has changed the table since this transaction began, or is changing it. */
  change(transaction: Transaction, table: string): void {
    const holder = this.#holders.get(table);
    const isHeld = holder !== undefined && holder !== transaction;
    if (isHeld || (this.#committed.get(table) ?? 0) > transaction.startedAt)
      throw aborted(transaction, table);
    this.#holders.set(table, transaction);
    transaction.changed.add(table);
  }

  /** Outside a transaction: waits until nobody else changes the table. */
  async changeAlone<Result>(table: string, work: () => Promise<Result>): Promise<Result> {
    while (this.#holders.has(table)) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    const own = this.begin();
    this.change(own, table);
    try {
      return await work();
    } finally {
      this.end(own, true);
    }
  }

  end(transaction: Transaction, committed: boolean): void {
    if (committed) this.#count += 1;
    for (const table of transaction.changed) {
      this.#holders.delete(table);
      if (committed) this.#committed.set(table, this.#count);
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}

export interface Transaction {
  readonly id: string;
  readonly startedAt: number;
  readonly changed: Set<string>;
}

/** https://docs.cloud.google.com/bigquery/docs/troubleshoot-queries#transaction-aborted */
export function aborted({ id }: Transaction, table: string): ApiError {
  return new ApiError(
    'invalidQuery',
    `Transaction is aborted due to concurrent update against table ${table}. Transaction ID: ${id}`,
  );
}
