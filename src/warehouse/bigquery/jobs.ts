import type { Job, JobConfiguration, JobList } from './api.ts';
import { awaitEnd } from './await-end.ts';
import { KeywayError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import { factsOf, isTransientJob } from './facts.ts';
import { refusal } from './refusal.ts';

export interface JobRequest {
  /**
   * Of letters, digits, `-` and `_`. A job runs at most once under an id, so a lost answer is no reason for doubt: the job is
   * looked up. An id whose job failed is used up; the next attempt has the next one.
   */
  readonly id: string;
  readonly configuration: JobConfiguration;
  /** Others run this job under the same id: where theirs failed, long ago perhaps, that says nothing of this attempt. */
  readonly shared?: boolean;
  /** For error messages. */
  readonly table?: string;
  /** The column that one of the job's stands for: for error messages. */
  readonly columnOf?: (name: string) => string;
  /** How a job with a payload gets there; by `jobs.insert` otherwise. */
  readonly insert?: (job: Job) => Promise<Job>;
}

/** Runs a job to its end, again under other ids where its failure may pass. */
export async function runJob(connection: Connection, request: JobRequest): Promise<Job> {
  for (let attempt = 0, failures = 0; ; attempt++) {
    const { job, found } = await ended(connection, request, `${request.id}-${attempt}`);
    const { errorResult } = job.status ?? {};
    if (errorResult === undefined || errorResult === null) return job;
    if (found && request.shared === true && attempt < mostShared) continue;
    const facts = factsOf(errorResult);
    const wait = patience[failures++];
    if (!isTransientJob(facts) || wait === undefined) throw failure(connection, request, job);
    connection.log.warn({ reason: facts.reason, job: request.id }, 'a job of BigQuery failed; trying again');
    // Two that met would meet again if both waited equally long.
    if (!(await connection.mayRetry(wait * (0.5 + Math.random())))) throw failure(connection, request, job);
  }
}

/**
 * Milliseconds. Halved, too, they outlast the ten seconds in which a table takes five changes (BigQuery docs, Quotas and
 * limits, Standard tables).
 */
const patience = [500, 1_000, 2_500, 5_000, 10_000, 20_000];
const mostShared = 500;

interface Ended {
  readonly job: Job;
  /** It was there already. */
  readonly found: boolean;
}

async function ended(connection: Connection, request: JobRequest, jobId: string): Promise<Ended> {
  const { project, maximumBytesBilled } = connection.options;
  const location = await connection.location();
  const { query } = request.configuration;
  const capped =
    query === undefined || maximumBytesBilled === undefined
      ? request.configuration
      : { ...request.configuration, query: { ...query, maximumBytesBilled: String(maximumBytesBilled) } };
  const job = { jobReference: { projectId: project, jobId, location }, configuration: capped };
  const insert = request.insert ?? ((given) => inserted(connection, given));
  connection.used.jobs += 1;
  let found = false;
  const begun = await insert(job).catch(async (error: unknown) => {
    // It is there already: an earlier request got through whose answer did not.
    if (!(error instanceof KeywayError) || error.details['status'] !== 409) throw error;
    found = true;
    return jobNamed(connection, jobId, location);
  });
  const current = await awaitEnd(connection, begun, () => jobNamed(connection, jobId, location));
  connection.used.bytesBilled += Number(current.statistics?.query?.totalBytesBilled ?? 0);
  return { job: current, found };
}

function inserted(connection: Connection, job: Job): Promise<Job> {
  return connection.request({ method: 'POST', uri: '/jobs', body: job });
}

function jobNamed(connection: Connection, jobId: string, location: string): Promise<Job> {
  return connection.request({ method: 'GET', uri: `/jobs/${jobId}`, query: { location } });
}

function failure(connection: Connection, { table, columnOf }: JobRequest, job: Job): KeywayError {
  const place = { ...connection.place, ...(table !== undefined && { table }), ...(columnOf && { columnOf }) };
  return refusal({ ...job.status?.errorResult, errors: job.status?.errors ?? [] }, place);
}

/** The jobs of a script's statements, by the line on which each begins, the first being 1. */
export async function childrenOf(
  connection: Connection,
  { jobReference }: Job,
): Promise<ReadonlyMap<number, Job>> {
  const children = new Map<number, Job>();
  let pageToken: string | undefined;
  do {
    const page = await connection.request<JobList>({
      method: 'GET',
      uri: '/jobs',
      query: {
        parentJobId: jobReference?.jobId ?? '',
        maxResults: '1000',
        ...(pageToken === undefined ? {} : { pageToken }),
      },
    });
    for (const job of page.jobs ?? []) {
      const [frame] = job.statistics?.scriptStatistics?.stackFrames ?? [];
      if (frame?.startLine !== undefined) children.set(frame.startLine, job);
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return children;
}
