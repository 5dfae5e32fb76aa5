import { KeywayError } from '../../errors.ts';
import type { Job } from './api.ts';
import type { Connection } from './connection.ts';
import { isTransient } from './facts.ts';
import { refusal } from './refusal.ts';

/**
 * Inserts a job with its payload, by a resumable upload (BigQuery docs, Load data: resumable uploads): the client's own way
 * of loading a stream sends everything anew when the connection ends. Which bytes have arrived is asked, never assumed.
 * Throws with status 409 when a job of that id is there.
 */
export async function uploadJob(connection: Connection, job: Job, payload: Uint8Array): Promise<Job> {
  for (let sessions = 0; ; sessions++) {
    const url = await openSession(connection, job, payload.length);
    const inserted = await sendAll(connection, url, payload);
    if (inserted !== undefined) return inserted;
    if (sessions === mostSessions) throw refusal({ code: 410, reason: 'backendError' }, connection.place);
  }
}

/** A session can end before its upload does; the job's id sees to it that it runs once. */
const mostSessions = 3;

/** Bytes a request; a multiple of 256 KiB. */
const partLength = 8 * 1024 * 1024;

async function openSession(connection: Connection, job: Job, length: number): Promise<string> {
  const { project } = connection.options;
  const { apiEndpoint } = connection.client;
  const url = `${apiEndpoint}/upload/bigquery/v2/projects/${project}/jobs?uploadType=resumable`;
  const { status, headers } = await patiently(connection, {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': 'application/octet-stream',
      'x-upload-content-length': String(length),
    },
    body: JSON.stringify(job),
  });
  const session = URL.parse(headers.get('location') ?? '', apiEndpoint);
  // Credentials and rows go nowhere but where they belong.
  if (status !== 200 || session?.origin !== new URL(apiEndpoint).origin) throw unusable();
  return session.href;
}

function unusable(): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    'BigQuery did not answer an upload as it says it does. If there is a proxy before it, it may neither redirect nor change headers.',
  );
}

/** The job; nothing where the session has ended. */
async function sendAll(connection: Connection, url: string, payload: Uint8Array): Promise<Job | undefined> {
  let sent = 0;
  for (let failures = 0; ;) {
    try {
      const outcome = outcomeOf(await send(connection, part(url, payload, sent)));
      if (outcome.kind !== 'more') return outcome.kind === 'done' ? outcome.job : undefined;
      failures = outcome.received > sent ? 0 : failures + 1;
      sent = outcome.received;
    } catch (error) {
      if (!isTransient(error)) throw refusal(error, connection.place);
      failures += 1;
      const outcome = await progress(connection, url, payload.length);
      if (outcome.kind !== 'more') return outcome.kind === 'done' ? outcome.job : undefined;
      sent = outcome.received;
    }
    const isOver = failures > mostFailures;
    if (isOver || (failures > 0 && !(await connection.mayRetry(250 * 2 ** failures)))) {
      throw refusal({ code: 503, reason: 'backendError' }, connection.place);
    }
  }
}

const mostFailures = 5;

/** What comes next; where all has arrived, the question what became of it. */
function part(url: string, payload: Uint8Array, sent: number): Request {
  const { length } = payload;
  if (sent >= length) return { method: 'PUT', url, headers: { 'content-range': `bytes */${length}` } };
  const end = Math.min(sent + partLength, length);
  const range = `bytes ${sent}-${end - 1}/${length}`;
  return { method: 'PUT', url, headers: { 'content-range': range }, body: payload.subarray(sent, end) };
}

type Outcome =
  | { readonly kind: 'done'; readonly job: Job }
  | { readonly kind: 'more'; readonly received: number }
  | { readonly kind: 'gone' };

/** What has arrived of an upload whose last answer was lost. */
async function progress(connection: Connection, url: string, length: number): Promise<Outcome> {
  return outcomeOf(
    await patiently(connection, { method: 'PUT', url, headers: { 'content-range': `bytes */${length}` } }),
  );
}

function outcomeOf({ status, headers, body }: Answer): Outcome {
  if (status === 404 || status === 410) return { kind: 'gone' };
  if (status === 200 || status === 201) return { kind: 'done', job: body as Job };
  if (status !== 308) throw unusable();
  const last = /^bytes=0-(\d+)$/.exec(headers.get('range') ?? '')?.[1];
  return { kind: 'more', received: last === undefined ? 0 : Number(last) + 1 };
}

interface Request {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function patiently(connection: Connection, request: Request): Promise<Answer> {
  for (let failures = 0; ; failures++) {
    try {
      return await send(connection, request);
    } catch (error) {
      const isOver = !isTransient(error) || failures === mostFailures;
      if (isOver || !(await connection.mayRetry(250 * 2 ** failures))) throw refusal(error, connection.place);
    }
  }
}

/** One request with the credentials of the client. What tells of progress, or of a session's end, is no error. */
async function send({ client, options }: Connection, { body, ...request }: Request): Promise<Answer> {
  const answer = await client.authClient.request<unknown>({
    ...request,
    ...(body === undefined ? {} : { body }),
    responseType: 'json',
    retry: false,
    // 308 tells of progress here; where else an answer points, rows are not sent.
    redirect: 'manual',
    timeout: requestTimeout,
    validateStatus: () => true,
  });
  const { status, headers, data } = answer;
  if (status < 400 || status === 410 || (status === 404 && request.method === 'PUT')) {
    return { status, headers, body: data };
  }
  const told = (data as { readonly error?: object } | undefined)?.error;
  throw Object.assign(new Error(`${options.project}: HTTP ${status}`), { ...told, code: status });
}

const requestTimeout = 300_000;
