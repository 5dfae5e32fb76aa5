import { createServer, request as ask, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Job } from './rest.ts';

/** What becomes of requests on their way. */
export interface Rewriting {
  /** Changes a job that is inserted, and may first send others. */
  readonly job?: (job: Job, send: (other: Job) => Promise<void>) => Promise<Job> | Job;
  /** Changes addresses and texts of requests; not data. */
  readonly text?: (text: string, request: { readonly method: string }) => string;
}

/** Stands between a client and the double, and makes of the client's jobs those of one with a bug. */
export interface RewritingProxy {
  readonly url: string;
  close(): void;
}

export async function rewritingProxy(target: string, rewriting: Rewriting): Promise<RewritingProxy> {
  const server = createServer((request, response) => {
    passed(request, target, rewriting)
      .then(({ status, headers, body }) => {
        response.writeHead(status, headers);
        response.end(body);
      })
      .catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function passed(
  incoming: IncomingMessage,
  target: string,
  { job, text = (given) => given }: Rewriting,
): Promise<Answer> {
  const { method = '', url = '', headers } = incoming;
  const given = await bytesOf(incoming);
  const send = (body: Buffer): Promise<Answer> =>
    answered(target + text(url, { method }), { method, headers, body });
  if (method === 'PUT' || given.length === 0) return send(given);
  const body = text(given.toString(), { method });
  if (job === undefined || !/\/jobs(?:\?|$)/.test(url)) return send(Buffer.from(body));
  const sendAnother = async (other: Job): Promise<void> =>
    void (await send(Buffer.from(JSON.stringify(other))));
  return send(Buffer.from(JSON.stringify(await job(JSON.parse(body) as Job, sendAnother))));
}

interface Outgoing {
  readonly method: string;
  /** The host that the client asked stays in them: an upload is told to go on there. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function answered(url: string, { method, headers, body }: Outgoing): Promise<Answer> {
  const { connection: _c, 'transfer-encoding': _t, 'content-length': _l, ...rest } = headers;
  const length = body.length > 0 || method === 'PUT' ? { 'content-length': String(body.length) } : {};
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    ask(url, { method, headers: { ...rest, ...length } }, resolve)
      .on('error', reject)
      .end(body);
  });
  const { connection: _ac, 'transfer-encoding': _at, ...own } = answer.headers;
  const received = await bytesOf(answer);
  return {
    status: answer.statusCode ?? 502,
    headers: { ...own, 'content-length': String(received.length) },
    body: received,
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
