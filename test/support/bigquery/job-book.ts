import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { ResultSet } from './result-set.ts';
import type { Job, JobConfiguration, JobStatistics } from './rest.ts';

export interface StoredJob {
  readonly id: string;
  readonly location: string;
  configuration: JobConfiguration;
  readonly createdAt: number;
  readonly parent?: StoredJob;
  readonly children: StoredJob[];
  /** How many more answers say that it is not done yet. */
  polls: number;
  startedAt?: number;
  endedAt?: number;
  error?: ApiError;
  statementType?: string;
  result?: ResultSet;
  /** Whether its results are gone. */
  isOld?: boolean;
  /** What kinds of jobs add to the statistics. */
  statistics: Partial<JobStatistics>;
  /** Resolves when it has ended, well or not. */
  done: Promise<void>;
}

/** All jobs there ever were: an id is never free again, not even that of a job that failed. */
export class JobBook {
  readonly #jobs = new Map<string, StoredJob>();
  readonly #project: string;
  readonly #keptResults: number;
  #recent: StoredJob[] = [];

  constructor(project: string, keptResults: number) {
    this.#project = project;
    this.#keptResults = keptResults;
  }

  /** https://docs.cloud.google.com/bigquery/docs/running-jobs#generate-jobid */
  checkFree(id: string, location: string): void {
    if (!/^[A-Za-z0-9_-]{1,1024}$/.test(id)) throw new ApiError('invalid', `Invalid job ID "${id}"`);
    if (this.#jobs.has(id))
      throw new ApiError('duplicate', `Already Exists: Job ${this.#project}:${location}.${id}`);
  }

  add(
    { jobReference, configuration = {} }: Job,
    options: { location: string; now: number; polls: number },
  ): StoredJob {
    const { location, now: createdAt, polls } = options;
    const id = jobReference?.jobId ?? `job_${randomUUID()}`;
    this.checkFree(id, location);
    const job: StoredJob = {
      id,
      location,
      configuration,
      createdAt,
      polls,
      children: [],
      statistics: {},
      done: Promise.resolve(),
    };
    this.#jobs.set(id, job);
    this.#recent.push(job);
    if (this.#recent.length > this.#keptResults) forget(this.#recent.shift());
    return job;
  }

  /** A statement of a script. https://docs.cloud.google.com/bigquery/docs/multi-statement-queries#track */
  addChild(parent: StoredJob, now: number): StoredJob {
    const { location, configuration } = parent;
    const id = `script_job_${randomUUID().replaceAll('-', '')}_${String(parent.children.length)}`;
    const job: StoredJob = {
      id,
      location,
      configuration,
      createdAt: now,
      parent,
      polls: 0,
      children: [],
      statistics: {},
      done: Promise.resolve(),
    };
    parent.children.push(job);
    this.#jobs.set(id, job);
    return job;
  }

  /**
   * Without a location, only jobs of the US and the EU are found.
   * https://docs.cloud.google.com/bigquery/docs/locations#specify_locations
   */
  get(id: string, location: string | null): StoredJob {
    const job = this.#jobs.get(id);
    const isThere =
      job !== undefined &&
      (location === null
        ? /^(US|EU)$/i.test(job.location)
        : location.toLowerCase() === job.location.toLowerCase());
    if (!isThere)
      throw new ApiError(
        'notFound',
        `Not found: Job ${this.#project}:${location === null ? '' : `${location}.`}${id}`,
      );
    return job;
  }

  /** Without the rules of finding. */
  peek(id: string): StoredJob | undefined {
    return this.#jobs.get(id);
  }

  /** When all jobs have ended. */
  async settled(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map(({ done }) => done));
  }

  /** Newest first. https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/list */
  list(parentId: string | null): StoredJob[] {
    const all =
      parentId === null
        ? [...this.#jobs.values()].filter(({ parent }) => parent === undefined)
        : (this.#jobs.get(parentId)?.children ?? []);
    return [...all].reverse();
  }
}

/** Results are kept for a day only: here, until there are many newer ones, so that memory does not fill. */
function forget(job: StoredJob | undefined): void {
  if (job === undefined) return;
  delete job.result;
  job.isOld = true;
  const { query, ...rest } = job.configuration;
  if (query !== undefined) {
    const { queryParameters: _, ...kept } = query;
    job.configuration = { ...rest, query: kept };
  }
  for (const child of job.children) forget(child);
}
