import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { RawAnswer } from '../../src/hubspot/answer.ts';
import { transportError } from '../../src/hubspot/transport-error.ts';
import type { Transport } from '../../src/hubspot/transport.ts';
import type { Incoming, Sandbox, Sent } from '../../src/sandbox/index.ts';
import type { Turns } from './turns.ts';

/** The way from the client to the sandbox without a network: a request arrives at one turn, its answer at another. */
export function inProcess(
  sandbox: Sandbox,
  turns: Turns,
  onRequest: () => void = () => undefined,
): Transport {
  let closed = false;
  return {
    async send(outgoing, signal) {
      const incoming = incomingOf(outgoing);
      const what = `${incoming.method} ${incoming.path}?${incoming.query} ${incoming.body}`;
      const isOver = (): boolean => closed || signal.aborted;
      const sent = await turns.take(what, () => {
        if (isOver()) return undefined;
        onRequest();
        return sandbox.answer(incoming);
      });
      await turns.take(sent === undefined ? 'over' : summary(sent), () => undefined);
      signal.throwIfAborted();
      if (sent === undefined || closed) throw transportError(new Error('closed'));
      return received(sent);
    },
    close() {
      closed = true;
      return Promise.resolve();
    },
  };
}

type Outgoing = Parameters<Transport['send']>[0];

function incomingOf({ method, path, search, key, body = '' }: Outgoing): Incoming {
  return {
    method,
    path,
    query: search.replace(/^\?/, ''),
    authorization: `Bearer ${key}`,
    body,
    origin: 'http://sandbox.invalid',
  };
}

function summary(sent: Sent): string {
  if (!('body' in sent)) return sent.kind;
  return `${sent.status} ${createHash('sha1').update(sent.body).digest('base64')}`;
}

/** Unpacked here and now: the threads in which zlib unpacks would come back in any order. */
function received(sent: Sent): RawAnswer {
  if (!('body' in sent)) throw transportError(Object.assign(new Error(sent.kind), { code: 'ECONNRESET' }));
  const headers = Object.fromEntries(
    Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const body = Buffer.from(sent.body);
  if (headers['content-encoding'] !== 'gzip') return { status: sent.status, headers, body };
  const { 'content-encoding': _packed, ...plain } = headers;
  try {
    return { status: sent.status, headers: plain, body: gunzipSync(body) };
  } catch {
    return { status: sent.status, headers: { ...plain, 'content-encoding': 'broken' }, body };
  }
}
