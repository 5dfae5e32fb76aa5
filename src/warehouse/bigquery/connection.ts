import { BigQuery } from '@google-cloud/bigquery';
import type { BigQueryOptions } from '@google-cloud/bigquery';
import type { Dataset } from './api.ts';
import { KeywayError } from '../../errors.ts';
import type { Clock, Log } from '../../service.ts';
import { Gate } from './gate.ts';
import { path, tableName } from './identifier.ts';
import type { Where } from './advice.ts';
import { factsOf, isTransient } from './facts.ts';
import { refusal } from './refusal.ts';

export interface ConnectionOptions {
  readonly project: string;
  /** Where the tables go. */
  readonly dataset: string;
  /** Where Keyway keeps its own tables. */
  readonly stateDataset: string;
  /** Where rows wait for their batch. */
  readonly stagingDataset: string;
  /** Absent: where the dataset is; `US` where there is none yet. */
  readonly location?: string;
  /** Origin of the API; absent: Google's public one. Another one is for Private Service Connect. */
  readonly endpoint?: string;
  /** Absent: Application Default Credentials. */
  readonly authClient?: BigQueryOptions['authClient'];
  readonly maximumBytesBilled?: number;
  /** Aborted when the program is to end: from then on nobody waits long for BigQuery. */
  readonly stop?: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below `projects/<project>`. */
  readonly uri: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** For error messages. */
  readonly table?: string;
}

/** The client of Google's, with patience: it hands each request on, and asks again where that may help. */
export class Connection {
  readonly client: BigQuery;
  readonly options: ConnectionOptions;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Transactions that change one table cannot run at the same time, they are cancelled (BigQuery docs, Multi-statement
   * transactions, Concurrency): commits, which all change the checkpoints, wait for each other.
   */
  readonly commits = new Gate();
  /** The same for Keyway's records of runs. */
  readonly records = new Gate();
  /** What this process has used. */
  readonly used = { jobs: 0, bytesBilled: 0 };
  #location: Promise<string> | undefined;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.clock = options.clock;
    this.log = options.log;
    const { project: projectId, endpoint, authClient } = options;
    this.client = new BigQuery({
      projectId,
      // Outcomes are read, never guessed: what is asked again, and under which job id, is decided here.
      autoRetry: false,
      userAgent: 'keyway',
      ...(endpoint === undefined ? {} : { apiEndpoint: endpoint }),
      ...(authClient === undefined ? {} : { authClient }),
    });
    this.client.timeout = requestTimeout;
  }

  get place(): Where {
    const { project, dataset } = this.options;
    return { server: `BigQuery project ${project}`, project, dataset };
  }

  /** A table of rows, quoted. */
  table(name: string): string {
    return path(this.options.project, this.options.dataset, tableName(name));
  }

  /** One of Keyway's own tables, quoted. */
  own(name: string): string {
    return path(this.options.project, this.options.stateDataset, name);
  }

  /** Where jobs run: in another place than their datasets, they would find nothing. */
  location(): Promise<string> {
    this.#location ??= this.#found().catch((error: unknown) => {
      this.#location = undefined;
      throw error;
    });
    return this.#location;
  }

  /** Sends a request, a few times where the failure may pass; each one that Keyway makes may be repeated. */
  async request<Answer>(request: ApiRequest): Promise<Answer> {
    for (let failures = 0; ; failures++) {
      try {
        return await this.once<Answer>(request);
      } catch (error) {
        const { table } = request;
        const known = refusal(error, table === undefined ? this.place : { ...this.place, table });
        const wait = patience[failures];
        if (!isTransient(error) || wait === undefined) throw known;
        this.log.debug({ status: factsOf(error).code, failures: failures + 1 }, 'BigQuery asks to try again');
        if (!(await this.mayRetry(wait))) throw known;
      }
    }
  }

  /** Waits so many milliseconds; whether there is time for another try then. Short waits are taken to the end, come what may. */
  async mayRetry(wait: number): Promise<boolean> {
    const { stop } = this.options;
    if (wait <= shortWait) await this.clock.sleep(wait);
    else await this.clock.sleep(wait, stop).catch(() => undefined);
    return wait <= shortWait || stop?.aborted !== true;
  }

  /** The answer, or nothing where there is no such thing. */
  find<Answer>(request: ApiRequest): Promise<Answer | undefined> {
    return this.#unless<Answer>(404, request);
  }

  /** Makes a thing, which may be there already: by another process, or by a request whose answer was lost. */
  async create(request: Omit<ApiRequest, 'method'>): Promise<void> {
    await this.#unless(409, { method: 'POST', ...request });
  }

  once<Answer>({ method, uri, query, body, headers }: ApiRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const options = {
        method,
        uri,
        ...(query === undefined ? {} : { qs: query }),
        ...(body === undefined ? {} : { json: body }),
        ...(headers === undefined ? {} : { headers }),
      };
      this.client.request(options, (error, answer) => {
        if (error === null) resolve(answer as Answer);
        else reject(error);
      });
    });
  }

  async #unless<Answer>(status: number, request: ApiRequest): Promise<Answer | undefined> {
    try {
      return await this.request<Answer>(request);
    } catch (error) {
      if (error instanceof KeywayError && error.details['status'] === status) return undefined;
      throw error;
    }
  }

  async #found(): Promise<string> {
    const { dataset, location } = this.options;
    if (location !== undefined) return location;
    const found = await this.find<Dataset>({ method: 'GET', uri: `/datasets/${dataset}` });
    return found?.location ?? 'US';
  }
}

/** Milliseconds. */
const requestTimeout = 120_000;
const shortWait = 1_000;
const patience = [250, 1_000, 2_500, 5_000, 10_000];
