import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

interface Asked {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly sent: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Bend = (asked: Asked, pass: () => Promise<Answered>) => Promise<Answered> | Answered;

/** Stands between a client and BigQuery's double, and may answer something else. Resolves with its address. */
export async function between(target: string, bend: Bend): Promise<string> {
  const server = createServer((incoming, response) => {
    void (async () => {
      const { method = '', url: path = '', headers } = incoming;
      const asked = { method, path, headers, sent: await bytesOf(incoming) };
      const { status, headers: given, body } = await bend(asked, () => passOn(target, asked));
      const { 'content-length': _, 'transfer-encoding': __, ...rest } = given;
      response.writeHead(status, rest).end(body);
    })().catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** With its body, read as JSON, changed. */
export function changed(answered: Answered, change: (body: Body) => object): Answered {
  return { ...answered, body: JSON.stringify(change(JSON.parse(answered.body) as Body)) };
}

type Body = Readonly<Record<string, unknown>>;

async function passOn(target: string, { method, path, headers, sent }: Asked): Promise<Answered> {
  const outgoing = request(new URL(path, target), { method, headers });
  outgoing.end(sent);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const body = await bytesOf(incoming);
  return {
    status: incoming.statusCode ?? 500,
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: body.toString(),
  };
}

async function bytesOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
