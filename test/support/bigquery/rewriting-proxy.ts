import { createServer, type IncomingMessage } from 'node:http';
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
      .then(async (answer) => {
        const out = Buffer.from(await answer.arrayBuffer());
        const { connection: _c, 'transfer-encoding': _t, ...rest } = Object.fromEntries(answer.headers);
        response.writeHead(answer.status, { ...rest, 'content-length': String(out.length) });
        response.end(out);
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

async function passed(
  request: IncomingMessage,
  target: string,
  { job, text = (given) => given }: Rewriting,
): Promise<Response> {
  const { method = '', url = '' } = request;
  const given = await bytesOf(request);
  const send = (body: Buffer): Promise<Response> =>
    fetch(target + text(url, { method }), {
      method,
      redirect: 'manual',
      headers: plain(request.headers),
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
  if (method === 'PUT' || given.length === 0) return send(given);
  const body = text(given.toString(), { method });
  if (job === undefined || !/\/jobs(?:\?|$)/.test(url)) return send(Buffer.from(body));
  const sendAnother = async (other: Job): Promise<void> => {
    await (await send(Buffer.from(JSON.stringify(other)))).arrayBuffer();
  };
  return send(Buffer.from(JSON.stringify(await job(JSON.parse(body) as Job, sendAnother))));
}

function plain(headers: IncomingMessage['headers']): Record<string, string> {
  const own = ['connection', 'content-length', 'transfer-encoding'];
  const kept = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && !own.includes(name) ? [[name, value]] : [],
    ),
  );
  return { ...kept, 'accept-encoding': 'identity' };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
