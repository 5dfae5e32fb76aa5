import { Pool, type PoolClient } from 'pg';
import { KeywayError } from '../../errors.ts';
import type { Clock, Log } from '../../service.ts';
import { Gate } from './gate.ts';
import { isTransient, type Place, refusal } from './refusal.ts';
import { assertUsable } from './server.ts';
import { serverOf } from './url.ts';

export type Client = PoolClient;

export interface ConnectionOptions {
  readonly url: string;
  readonly schema: string;
  readonly applicationName: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds that a statement may take. */
  readonly statementTimeout?: number;
  /** Milliseconds that a change of a table waits for its lock. */
  readonly lockTimeout?: number;
}

export interface TransactionOptions {
  readonly readOnly?: boolean;
  /** Milliseconds to wait for a lock. */
  readonly lockTimeout?: number;
  /** For error messages. */
  readonly table?: string;
  /** Goes by a lane of its own, past all that is being written: a lease that is renewed late is lost. */
  readonly urgent?: boolean;
}

/**
 * Transactions on a small pool. Everything that a session needs is set within the transaction, so that a pooler that
 * hands out a connection per transaction works too, and so that no default of role or database can interfere.
 */
export class Connection {
  readonly schema: string;
  /** While ALTER waits for its lock, every later SELECT waits behind it: better to give up and come back. */
  readonly lockTimeout: number;
  readonly pool: Pool;
  readonly place: Place;
  readonly log: Log;
  readonly #clock: Clock;
  readonly #statementTimeout: number;
  readonly #gate = new Gate(width);
  readonly #urgentGate = new Gate(1);
  readonly #known = new WeakSet<Client>();

  constructor(options: ConnectionOptions) {
    const { config, server, user } = serverOf(options.url);
    this.schema = options.schema;
    this.lockTimeout = options.lockTimeout ?? 5_000;
    this.#clock = options.clock;
    this.log = options.log;
    this.#statementTimeout = options.statementTimeout ?? tenMinutes;
    this.place = { server, user, schema: options.schema };
    this.pool = new Pool({
      ...config,
      max: width + 1,
      application_name: options.applicationName,
      keepAlive: true,
      connectionTimeoutMillis: 15_000,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      // A server that hangs instead of answering is noticed on this side.
      query_timeout: this.#statementTimeout + 60_000,
    });
    this.pool.on('error', (error) => this.log.debug({ reason: error.message }, 'An idle connection ended'));
    // Without a listener, a connection that ends between two statements would end the process.
    this.pool.on('connect', (client) => void client.on('error', () => undefined));
  }

  /** Runs the work in one transaction; all of it once more, a few times, after an error that may pass. */
  async transaction<T>(work: (client: Client) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.retried(() => this.once(work, options), options.table);
  }

  async retried<T>(attempt: () => Promise<T>, table?: string): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await attempt();
      } catch (error) {
        const known = refusal(error, table === undefined ? this.place : { ...this.place, table });
        if (!isTransient(error) || failures === patience.length) throw known;
        this.log.warn({ code: known.details['code'], failures: failures + 1 }, 'Postgres asks to try again');
        await this.#clock.sleep(patience[failures] ?? 0);
      }
    }
  }

  async close(): Promise<void> {
    if (!this.pool.ended && !this.pool.ending) await this.pool.end();
  }

  async once<T>(work: (client: Client) => Promise<T>, options: TransactionOptions): Promise<T> {
    const gate = options.urgent === true ? this.#urgentGate : this.#gate;
    return gate.pass(async () => {
      const client = await this.pool.connect();
      let broken = true;
      try {
        await this.#greet(client);
        await client.query(this.#opening(options));
        const result = await this.#work(client, work);
        broken = false;
        return result;
      } catch (error) {
        broken = !(await rolledBack(client));
        throw error;
      } finally {
        client.release(broken);
      }
    });
  }

  async #work<T>(client: Client, work: (client: Client) => Promise<T>): Promise<T> {
    const result = await work(client);
    const { command } = await client.query('commit');
    if (command === 'COMMIT') return result;
    throw new KeywayError('internal', 'Postgres rolled a transaction back that had reported no error');
  }

  async #greet(client: Client): Promise<void> {
    if (this.#known.has(client)) return;
    await assertUsable(client, this.place);
    this.#known.add(client);
  }

  #opening(options: TransactionOptions): string {
    return [
      `begin isolation level read committed${options.readOnly === true ? ' read only' : ''}`,
      `set local statement_timeout = ${this.#statementTimeout}`,
      `set local lock_timeout = ${options.lockTimeout ?? twoMinutes}`,
      ...settings,
    ].join(';');
  }
}

const width = 3;
const twoMinutes = 120_000;
const tenMinutes = 600_000;
const patience = [200, 500, 1_000, 2_500, 5_000];

const settings = [
  'set local idle_in_transaction_session_timeout = 120000',
  "set local timezone = 'UTC'",
  "set local datestyle = 'ISO, YMD'",
  "set local client_encoding = 'UTF8'",
  'set local search_path = pg_catalog',
  'set local standard_conforming_strings = on',
  // That a staging table exists already is no news.
  'set local client_min_messages = warning',
  // Compiling expressions over hundreds of columns costs more than it saves on a batch.
  'set local jit = off',
];

async function rolledBack(client: Client): Promise<boolean> {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
}
