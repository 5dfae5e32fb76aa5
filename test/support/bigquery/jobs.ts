import { ApiError, notUnderstood } from './api-error.ts';
import type { Double, Outgoing } from './double.ts';
import { duckError } from './duck-error.ts';
import type { StoredJob } from './job-book.ts';
import { jobResource } from './job-resource.ts';
import { checkLabels } from './labels.ts';
import { checkLoad, runLoad } from './load-job.ts';
import { checkQuery, dryRun, locationOf, runQuery } from './query-job.ts';
import type { Job } from './rest.ts';
import { statementsOf } from './sql/statements.ts';

/** Milliseconds after which jobs.insert answers, whether or not the job has ended. */
const patience = 1_000;

/** Throws what BigQuery answers before there is a job, so that the id stays free. */
export function checkJob(double: Double, { configuration = {}, jobReference }: Job): void {
  const { project } = double.catalog;
  const { query, load, labels, dryRun: _, jobTimeoutMs: __, ...rest } = configuration;
  double.permissions.check('bigquery.jobs.create');
  double.catalog.checkProject(jobReference?.projectId ?? project);
  for (const name of Object.keys(rest)) if (name !== 'jobType') throw notUnderstood(`${name} of a job`);
  checkLabels(labels);
  if (query !== undefined) checkQuery(query);
  if (load !== undefined) checkLoad(load);
  if ((query === undefined) === (load === undefined))
    throw new ApiError('invalid', 'Required parameter is missing: query or load');
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert */
export async function insertJob(double: Double, given: Job, data?: Buffer): Promise<Outgoing> {
  const { catalog, clock, jobs, options } = double;
  checkJob(double, given);
  const { query, load } = given.configuration ?? {};
  const location =
    given.jobReference?.location ?? (query ? locationOf(double, query) : loadLocation(double, given));
  if (given.configuration?.dryRun === true && query !== undefined) {
    const bytes = String(await dryRun(double, location, query));
    return {
      status: 200,
      body: dryRunResource(catalog.project, { ...given, jobReference: { location } }, bytes),
    };
  }
  if (load !== undefined && data === undefined) throw notUnderstood('a load from somewhere else');
  const job = jobs.add(given, { location, now: clock.now(), polls: options.polls });
  job.done = run(double, job, data);
  await Promise.race([job.done, new Promise((resolve) => void setTimeout(resolve, patience).unref())]);
  // What the double does not understand is not to be taken for something that went wrong.
  if (job.error?.reason === 'notImplemented') throw job.error;
  return { status: 200, body: jobResource(catalog.project, job, isDone(job) && job.error === undefined) };
}

function loadLocation({ catalog }: Double, { configuration }: Job): string {
  return catalog.datasets.get(configuration?.load?.destinationTable?.datasetId ?? '')?.location ?? 'US';
}

async function run(double: Double, job: StoredJob, data: Buffer | undefined): Promise<void> {
  const { clock, faults } = double;
  const { query, load } = job.configuration;
  job.startedAt = clock.now();
  try {
    const fault = faults.strike(['failed job'], { method: 'POST', path: '/jobs', jobId: job.id });
    if (fault !== undefined)
      throw new ApiError(
        (fault.reason ?? 'backendError') as 'backendError',
        'Retrying may solve the problem',
      );
    if (query !== undefined) await runQuery(double, job, query);
    else if (load !== undefined) await runLoad(double, job, { load, data: data ?? Buffer.alloc(0) });
  } catch (error) {
    job.error = duckError(error);
  }
  job.endedAt = clock.now();
}

export function isDone(job: StoredJob): boolean {
  return job.endedAt !== undefined && job.polls === 0;
}

/** A question whether it is done: the answer is no as often as was chosen. */
export function poll(job: StoredJob): boolean {
  if (isDone(job)) return true;
  if (job.endedAt !== undefined) job.polls -= 1;
  return false;
}

function dryRunResource(project: string, given: Job, totalBytesProcessed: string): Job {
  const [only, ...more] = statementsOf(given.configuration?.query?.query ?? '');
  const statementType = more.length > 0 ? 'SCRIPT' : (only?.type ?? 'SELECT');
  return {
    kind: 'bigquery#job',
    jobReference: { projectId: project, ...given.jobReference },
    configuration: given.configuration ?? {},
    status: { state: 'DONE' },
    statistics: { totalBytesProcessed, query: { totalBytesProcessed, statementType, totalBytesBilled: '0' } },
  };
}
