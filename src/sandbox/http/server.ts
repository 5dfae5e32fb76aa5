import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { constants, gzip } from 'node:zlib';
import type { FaultBook } from '../faults.ts';
import { hash } from '../random.ts';
import type { RequestCounter } from '../request-log.ts';
import type { Violations } from '../violations.ts';
import { dispatch } from './dispatch.ts';
import type { Incoming, Outcome, Parts } from './dispatch.ts';
import { exportFile } from './exports.ts';
import { breakConnection, breaksConnection, faultAnswer } from './fault-answers.ts';
import { Refusal } from './refusal.ts';

export interface ServerParts extends Parts {
  readonly faults: FaultBook;
  readonly violations: Violations;
  readonly requests: RequestCounter;
  /** Called before each request is answered. */
  readonly onRequest: () => void;
}

/** The HTTP side of the sandbox; not yet listening. */
export function openServer(parts: ServerParts): Server {
  let served = 0;
  const refusedKeys = new Set<string>();
  // Idle connections live for a while, as at HubSpot's edge: Node's own 5 s end them under a client's hands.
  return createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 65_000 }, (request, response) => {
    readBody(request)
      .then((body) => {
        parts.onRequest();
        serve({ ...parts, refusedKeys, serial: (served += 1) }, { request, response, body });
      })
      // A client that went away while it was sending, or a mistake of the sandbox: the connection ends either way.
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
}

interface Serving extends ServerParts {
  readonly refusedKeys: Set<string>;
  readonly serial: number;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: string;
}

function serve(parts: Serving, call: Call): void {
  const incoming = incomingOf(call);
  const { url = '/' } = call.request;
  const fault = parts.faults.strike(incoming.method, url);
  if (fault?.kind === 'hang') return;
  if (incoming.path.startsWith('/exports/')) {
    sendFile(parts, call, incoming);
    return;
  }
  const refused = fault === undefined ? undefined : faultAnswer(parts.state, fault, url);
  const outcome: Outcome = refused
    ? { result: refused, route: undefined, key: undefined }
    : dispatch({ ...parts, fault }, incoming);
  record(parts, incoming, outcome);
  const reply = replyOf(parts, outcome);
  if (fault !== undefined && breaksConnection(fault.kind)) breakConnection(fault, call.response, reply.text);
  else send(parts, call, reply);
}

function incomingOf({ request, body }: Call): Incoming {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  return {
    method: request.method ?? 'GET',
    path,
    query,
    authorization: request.headers.authorization,
    body,
    origin: `http://${request.headers.host ?? '127.0.0.1'}`,
  };
}

/** Counts the request and notes which rule it broke. */
function record(parts: Serving, incoming: Incoming, { result, route }: Outcome): void {
  const { method, path, authorization = '' } = incoming;
  parts.requests.add(method, route?.template ?? '(no route)', result.status);
  const note = { method, path, at: parts.state.now() };
  if (parts.refusedKeys.has(authorization))
    parts.violations.add({ ...note, rule: 'request after 401', message: 'this key was refused before' });
  if (!(result instanceof Refusal)) return;
  if (result.status === 401 && result.rule !== undefined) parts.refusedKeys.add(authorization);
  if (result.rule !== undefined)
    parts.violations.add({ ...note, rule: result.rule, message: result.message });
}

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

function replyOf({ state, usage, serial }: Serving, { result, route, key }: Outcome): Reply {
  const correlationId = uuid(state.options.seed, serial);
  const text = typeof result.body === 'string' ? result.body : undefined;
  const body =
    result instanceof Refusal && text === undefined
      ? { ...(result.body as object), correlationId }
      : result.body;
  const limits = route === undefined || key === undefined ? {} : usage.headers(route.limit, key.value);
  return {
    status: result.status,
    text: text ?? JSON.stringify(body),
    headers: {
      'Content-Type': text !== undefined ? 'text/html; charset=UTF-8' : 'application/json;charset=utf-8',
      Date: new Date(state.now()).toUTCString(),
      Server: 'cloudflare',
      Vary: 'origin, Accept-Encoding',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains; preload',
      'X-HubSpot-Correlation-Id': correlationId,
      ...limits,
      ...(result instanceof Refusal ? result.headers : {}),
    },
  };
}

function send({ state }: Serving, { request, response }: Call, { status, text, headers }: Reply): void {
  const packs = state.options.gzip && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  if (!packs || text.length < 1000) {
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) }).end(text);
    return;
  }
  gzip(text, { level: constants.Z_BEST_SPEED }, (_, packed) => {
    response
      .writeHead(status, { ...headers, 'Content-Encoding': 'gzip', 'Content-Length': packed.length })
      .end(packed);
  });
}

function sendFile(parts: Serving, { response }: Call, { path }: Incoming): void {
  const file = exportFile(parts, path.slice('/exports/'.length));
  if (file === undefined)
    response
      .writeHead(403, { 'Content-Type': 'application/xml' })
      .end('<Error><Code>AccessDenied</Code></Error>');
  else response.writeHead(200, { 'Content-Type': 'text/csv' }).end(file);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function uuid(seed: number, serial: number): string {
  const hex = [1, 2, 3, 4].map((i) => hash(seed, serial, i).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
