import { errorProto } from './api-error.ts';
import type { StoredJob } from './job-book.ts';
import type { Job, JobStatistics } from './rest.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/Job */
export function jobResource(project: string, job: StoredJob, isDone: boolean): Job {
  const { id, location, configuration, error } = job;
  const state = isDone ? 'DONE' : job.startedAt === undefined || job.polls > 1 ? 'PENDING' : 'RUNNING';
  return {
    kind: 'bigquery#job',
    etag: `${id}-${state}`,
    id: `${project}:${location}.${id}`,
    jobReference: { projectId: project, jobId: id, location },
    configuration,
    statistics: statisticsOf(job, isDone),
    status: {
      state,
      ...(isDone && error !== undefined
        ? { errorResult: errorProto(error), errors: [error, ...error.details].map(errorProto) }
        : {}),
    },
    user_email: 'someone@example.com',
  };
}

function statisticsOf({ createdAt, startedAt, endedAt, ...job }: StoredJob, isDone: boolean): JobStatistics {
  return {
    creationTime: String(createdAt),
    ...(startedAt === undefined ? {} : { startTime: String(startedAt) }),
    ...(isDone && endedAt !== undefined ? { endTime: String(endedAt) } : {}),
    ...(job.parent === undefined ? {} : { parentJobId: job.parent.id }),
    ...(job.children.length === 0 ? {} : { numChildJobs: String(job.children.length) }),
    ...(isDone ? job.statistics : {}),
  };
}
