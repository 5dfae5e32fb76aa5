import { Agent, type Dispatcher } from 'undici';
import { KeywayError } from '../errors.ts';
import { allowedRoute } from './allow-list.ts';
import { answerTooLarge, largestAnswer, type RawAnswer } from './answer.ts';
import { cleanKey } from './clean-key.ts';
import { transportError } from './transport-error.ts';

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number;
  readonly headers: number;
  /** Between two pieces of a body. */
  readonly body: number;
  readonly total: number;
}

interface Outgoing {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly search: string;
  readonly key: string;
  readonly body?: string;
}

/** One HTTP request at a time, to one origin, once. The only place from which anything leaves for HubSpot. */
export interface Transport {
  send(outgoing: Outgoing, signal: AbortSignal): Promise<RawAnswer>;
  close(): Promise<void>;
}

export function openTransport(options: { baseUrl: string; timeouts: Timeouts }): Transport {
  const base = trustedBase(options.baseUrl);
  const { timeouts } = options;
  const agent = new Agent({
    connect: { timeout: timeouts.connect },
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.body,
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 30_000,
    pipelining: 1,
  });
  return {
    async send(outgoing, signal) {
      const deadline = withDeadline(signal, timeouts.total);
      try {
        return await receive(await dispatch(agent, base, outgoing, deadline.signal));
      } catch (error) {
        signal.throwIfAborted();
        throw transportError(error);
      } finally {
        deadline.clear();
      }
    },
    close: () => agent.destroy(),
  };
}

function dispatch(
  agent: Agent,
  base: URL,
  outgoing: Outgoing,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  allowedRoute(outgoing.method, outgoing.path, outgoing.search);
  return agent.request({
    origin: base.origin,
    path: base.pathname.replace(/\/$/, '') + outgoing.path + outgoing.search,
    method: outgoing.method,
    signal,
    ...(outgoing.body === undefined ? {} : { body: outgoing.body }),
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
      'user-agent': 'keyway',
      ...(outgoing.body === undefined ? {} : { 'content-type': 'application/json' }),
      authorization: `Bearer ${cleanKey(outgoing.key)}`,
    },
  });
}

async function receive(response: Dispatcher.ResponseData): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestAnswer) throw answerTooLarge();
    chunks.push(chunk);
  }
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  );
  return { status: response.statusCode, headers, body: Buffer.concat(chunks, bytes) };
}

/** The key goes to this origin with every request, so it has to be encrypted or stay on this machine. */
function trustedBase(text: string): URL {
  const base = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(base?.hostname ?? '');
  if (base?.protocol === 'https:' || (base?.protocol === 'http:' && loopback)) return base;
  throw new KeywayError(
    'config_invalid',
    'HUBSPOT_BASE_URL must be an https address: the Service Key is sent there. Leave it out to use https://api.hubapi.com.',
  );
}

function withDeadline(signal: AbortSignal, ms: number): { signal: AbortSignal; clear: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new Error('total timeout')), ms);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}
