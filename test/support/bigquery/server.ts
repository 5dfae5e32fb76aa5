import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Sent } from '../canary/index.ts';
import { ApiError, errorBody, notUnderstood } from './api-error.ts';
import type { Double, Outgoing } from './double.ts';
import type { Exchange } from './faults.ts';
import { answer } from './routes.ts';
import type { Job } from './rest.ts';
import { accessToken, tokenAnswer } from './token.ts';
import { Uploads } from './uploads.ts';

export interface LoggedRequest extends Exchange {
  /** Whether it had the token of the double's own service. */
  readonly authorized?: boolean;
  /** What a query job's statement is, or `SCRIPT`. */
  readonly statementType?: string | undefined;
  /** Nothing when there was none. */
  readonly status?: number | undefined;
}

interface Whole {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly data: Buffer;
  readonly complete: boolean;
}

export interface Listening {
  readonly url: string;
  readonly requests: LoggedRequest[];
  /** Whole, but for requests of a token, which credentials are for. */
  readonly sent: readonly Sent[];
  close(): Promise<void>;
}

export async function listen(double: Double): Promise<Listening> {
  const requests: LoggedRequest[] = [];
  const sent: Sent[] = [];
  const uploads = new Uploads(double);
  const server = createServer((request, response) => {
    void exchange(double, uploads, { request, response, requests, sent });
  });
  // A connection that is idle for some seconds stays, as Google's do: else a client may just then write to it.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    requests,
    sent,
    close: () => closed(server),
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

async function exchange(
  double: Double,
  uploads: Uploads,
  {
    request,
    response,
    requests,
    sent: all,
  }: { request: IncomingMessage; response: ServerResponse; requests: LoggedRequest[]; sent: Sent[] },
): Promise<void> {
  const { faults } = double;
  const { socket } = request;
  if (faults.step()) return void socket.destroy();
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const cut = faults.strike(['cut upload'], { method: request.method ?? '', path: url.pathname });
  const { data, complete } = await read(request, cut !== undefined);
  const whole = { url, request, data, complete };
  const what = `${request.method ?? ''} ${url.pathname}`;
  if (url.pathname !== '/token') all.push({ what, bytes: Buffer.concat([Buffer.from(url.href), data]) });
  const logged: { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] } = exchangeOf(whole);
  logged.authorized = request.headers.authorization === `Bearer ${accessToken}`;
  requests.push(logged);
  const before = faults.strike(['503 before', '429', 'rate limit'], logged);
  const outgoing = before === undefined ? await attempt(double, uploads, whole) : failure(before.kind);
  logged.statementType = statementTypeOf(double, logged.jobId);
  if (!complete || faults.step() || faults.strike(['lost answer'], logged) !== undefined)
    return void socket.destroy();
  const after = faults.strike(['503 after'], logged);
  const sent = after === undefined ? outgoing : failure(after.kind);
  logged.status = sent.status;
  send(response, sent);
}

/** As much of the body as comes; half of it where the connection is to be cut. */
async function read(request: IncomingMessage, cut: boolean): Promise<{ data: Buffer; complete: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  const enough = cut ? Number(request.headers['content-length'] ?? 0) / 2 : Infinity;
  try {
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= enough) {
        return { data: Buffer.concat(chunks), complete: false };
      }
    }
    return { data: Buffer.concat(chunks), complete: true };
  } catch {
    return { data: Buffer.concat(chunks), complete: false };
  }
}

function exchangeOf({ url, request, data }: Whole): Exchange {
  const exchange = { method: request.method ?? '', path: url.pathname };
  if (exchange.method !== 'POST' || !url.pathname.endsWith('/jobs')) {
    const named = /\/(?:jobs|queries)\/([^/]+)$/.exec(url.pathname)?.[1];
    return named === undefined ? exchange : { ...exchange, jobId: named };
  }
  try {
    return { ...exchange, jobId: (JSON.parse(data.toString()) as Job).jobReference?.jobId };
  } catch {
    return exchange;
  }
}

function statementTypeOf({ jobs }: Double, jobId: string | undefined): string | undefined {
  return jobId === undefined ? undefined : jobs.peek(jobId)?.statementType;
}

async function attempt(double: Double, uploads: Uploads, whole: Whole): Promise<Outgoing> {
  try {
    return await dispatch(double, uploads, whole);
  } catch (error) {
    if (error instanceof ApiError) return { status: error.status, body: errorBody(error) };
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { status: 501, body: errorBody(notUnderstood(`its own failure: ${message}`)) };
  }
}

async function dispatch(
  double: Double,
  uploads: Uploads,
  { url, request, data, complete }: Whole,
): Promise<Outgoing> {
  const { method = '', headers } = request;
  if (url.pathname === '/token' && method === 'POST') return tokenAnswer(data.toString());
  const upload = /^\/upload\/bigquery\/v2\/projects\/([^/]+)\/jobs$/.exec(url.pathname);
  if (upload !== null) {
    double.catalog.checkProject(upload[1] ?? '');
    if (url.searchParams.get('uploadType') !== 'resumable')
      throw notUnderstood('uploads that are not resumable');
    const id = url.searchParams.get('upload_id');
    if (method === 'PUT' && id !== null) return uploads.put(id, headers['content-range'], { data, complete });
    if (method === 'POST')
      return uploads.start(JSON.parse(data.toString()) as Job, `http://${headers.host ?? ''}${url.pathname}`);
    throw notUnderstood(`the route ${method} ${url.pathname}`);
  }
  const match = /^\/bigquery\/v2\/projects\/([^/]+)\/(.+)$/.exec(url.pathname);
  if (match === null) throw notUnderstood(`the route ${method} ${url.pathname}`);
  const [, project = '', path = ''] = match;
  const body = data.length === 0 ? {} : (JSON.parse(data.toString()) as unknown);
  return answer(double, { method, path, project, query: url.searchParams, headers, body });
}

function failure(kind: string): Outgoing {
  if (kind === '429')
    return { status: 429, body: errorBody(new ApiError('rateLimitExceeded', 'Too many requests', 429)) };
  const error =
    kind === 'rate limit'
      ? new ApiError(
          'rateLimitExceeded',
          'Exceeded rate limits: too many api requests per user per method for this user_method',
        )
      : new ApiError('backendError', 'Error encountered during execution. Retrying may solve the problem.');
  return { status: error.status, body: errorBody(error) };
}

function send(response: ServerResponse, { status, body, headers }: Outgoing): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
