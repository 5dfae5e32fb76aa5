import { ApiError } from './api-error.ts';
import type { Double, Incoming, Outgoing } from './double.ts';
import { isDone, poll } from './jobs.ts';
import { jobResource } from './job-resource.ts';
import { tableRow } from './result-set.ts';
import type { JobList, QueryResults } from './rest.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/get */
export function getJob({ catalog, jobs }: Double, id: string, { query }: Incoming): Outgoing {
  const job = jobs.get(id, query.get('location'));
  return { status: 200, body: jobResource(catalog.project, job, poll(job)) };
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/list */
export function listJobs({ catalog, jobs }: Double, { query }: Incoming): Outgoing {
  const all = jobs.list(query.get('parentJobId'));
  const { start, end, next } = pageOf(query, all.length);
  const page = all.slice(start, end).map((job) => {
    const { id, jobReference, statistics, status, configuration } = jobResource(
      catalog.project,
      job,
      isDone(job),
    );
    const { state, errorResult } = status ?? {};
    return {
      id,
      kind: 'bigquery#job',
      jobReference,
      statistics,
      status,
      state,
      configuration,
      ...(errorResult && { errorResult }),
    };
  });
  const list: JobList = {
    kind: 'bigquery#jobList',
    etag: String(all.length),
    jobs: page as JobList['jobs'] & object,
  };
  return { status: 200, body: { ...list, ...next } };
}

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/jobs/getQueryResults */
export async function getQueryResults(
  { catalog, jobs }: Double,
  id: string,
  { query }: Incoming,
): Promise<Outgoing> {
  const job = jobs.get(id, query.get('location'));
  const { location } = job;
  const timeout = Math.min(Number(query.get('timeoutMs') ?? 10_000), 200_000);
  await Promise.race([job.done, new Promise((resolve) => void setTimeout(resolve, timeout).unref())]);
  const reference = {
    kind: 'bigquery#getQueryResultsResponse',
    jobReference: { projectId: catalog.project, jobId: id, location },
  };
  if (!poll(job)) return { status: 200, body: { ...reference, jobComplete: false } satisfies QueryResults };
  if (job.error !== undefined) throw job.error;
  if (job.configuration.query === undefined) throw new ApiError('invalid', `Job ${id} is not a query job`);
  // https://docs.cloud.google.com/bigquery/docs/cached-results: in a temporary table, for about a day
  if (job.isOld === true) throw new ApiError('notFound', `Not found: the results of job ${id} have expired`);
  const { fields, rows } = job.result ?? { fields: [], rows: [] };
  const int64 = query.get('formatOptions.useInt64Timestamp') === 'true';
  const { start, end, next } = pageOf(query, rows.length);
  const affected = job.statistics.query?.numDmlAffectedRows;
  const body: QueryResults = {
    ...reference,
    jobComplete: true,
    cacheHit: false,
    totalBytesProcessed: job.statistics.totalBytesProcessed ?? '0',
    totalRows: String(affected === undefined || affected === null ? rows.length : 0),
    ...(job.result === undefined ? {} : { schema: { fields: [...fields] } }),
    ...(affected === undefined ? {} : { numDmlAffectedRows: affected }),
    ...(start === end ? {} : { rows: rows.slice(start, end).map((row) => tableRow(fields, row, int64)) }),
    ...next,
  };
  return { status: 200, body };
}

/** https://docs.cloud.google.com/bigquery/docs/paging-results */
function pageOf(
  query: URLSearchParams,
  total: number,
): { start: number; end: number; next: { pageToken?: string; nextPageToken?: string } } {
  const token = query.get('pageToken');
  const match = token === null || token === '' ? null : /^page-(\d+)$/.exec(token);
  if (token !== null && token !== '' && match === null) throw new ApiError('invalid', 'Invalid page token');
  const start = match === null ? Number(query.get('startIndex') ?? 0) : Number(match[1]);
  const maxResults = query.get('maxResults');
  const end = Math.min(total, maxResults === null || maxResults === '' ? total : start + Number(maxResults));
  const next = `page-${String(end)}`;
  return {
    start: Math.min(start, end),
    end,
    next: end < total ? { pageToken: next, nextPageToken: next } : {},
  };
}
