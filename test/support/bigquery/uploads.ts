import { randomUUID } from 'node:crypto';
import { ApiError, notUnderstood } from './api-error.ts';
import type { Double, Outgoing } from './double.ts';
import { checkJob, insertJob } from './jobs.ts';
import type { Job } from './rest.ts';

interface Session {
  readonly job: Job;
  received: Buffer[];
  size: number;
  outcome?: Outgoing;
}

const unit = 256 * 1024;

/** Resumable uploads. https://docs.cloud.google.com/bigquery/docs/reference/api-uploads#resumable */
export class Uploads {
  readonly #sessions = new Map<string, Session>();
  readonly #double: Double;

  constructor(double: Double) {
    this.#double = double;
  }

  start(job: Job, url: string): Outgoing {
    checkJob(this.#double, job);
    if (job.configuration?.load === undefined) throw new ApiError('invalid', 'Only load jobs take data');
    const { duplicateUpload } = this.#double.options;
    const { jobId, location = '' } = job.jobReference ?? {};
    if (duplicateUpload === 'start' && jobId !== undefined) this.#double.jobs.checkFree(jobId, location);
    const id = randomUUID();
    this.#sessions.set(id, { job, received: [], size: 0 });
    return { status: 200, headers: { location: `${url}?uploadType=resumable&upload_id=${id}` } };
  }

  /** `complete` tells whether the request came in whole: what came of a cut one is kept, in whole units. */
  async put(
    id: string,
    range: string | undefined,
    { data, complete }: { data: Buffer; complete: boolean },
  ): Promise<Outgoing> {
    const session = this.#sessions.get(id);
    if (session === undefined) throw new ApiError('notFound', 'Not found: Upload session');
    if (session.outcome !== undefined) return session.outcome;
    const { start, total } = rangeOf(range, data.length);
    if (start === undefined) return total === session.size ? this.#finish(session) : incomplete(session);
    if (start > session.size)
      throw new ApiError(
        'invalid',
        `Invalid request. According to the Content-Range header, the upload offset is ${String(start)} byte(s), which exceeds already uploaded size of ${String(session.size)} byte(s).`,
      );
    const fresh = data.subarray(session.size - start);
    const isLast = complete && total !== undefined && start + data.length === total;
    if (complete && !isLast && data.length % unit !== 0)
      throw new ApiError('invalid', 'Chunks other than the last must be multiples of 256 KiB');
    const kept = isLast
      ? fresh
      : fresh.subarray(
          0,
          Math.max(0, Math.floor((session.size + fresh.length) / unit) * unit - session.size),
        );
    session.received.push(kept);
    session.size += kept.length;
    return isLast ? this.#finish(session) : incomplete(session);
  }

  async #finish(session: Session): Promise<Outgoing> {
    const outcome = await insertJob(this.#double, session.job, Buffer.concat(session.received));
    session.outcome = outcome;
    session.received = [];
    return outcome;
  }
}

function incomplete({ size }: Session): Outgoing {
  return { status: 308, headers: size === 0 ? {} : { range: `bytes=0-${String(size - 1)}` } };
}

/** `bytes a-b/total`, `bytes a-b/*`, `bytes *\/total`; without it, the body is all there is. */
function rangeOf(range: string | undefined, length: number): { start?: number; total?: number } {
  if (range === undefined) return { start: 0, total: length };
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(range);
  if (match === null) throw notUnderstood(`Content-Range: ${range}`);
  const [, start, , total] = match;
  return {
    ...(start === undefined ? {} : { start: Number(start) }),
    ...(total === '*' ? {} : { total: Number(total) }),
  };
}
