import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: SeenBody;
}

interface SeenBody {
  readonly inputs: readonly { readonly id: string; readonly after?: string }[];
  readonly properties: readonly string[];
  readonly limit: number;
  readonly count: number;
  readonly offset: number;
  readonly after?: unknown;
  readonly tokenKey?: string;
  readonly filterGroups: readonly {
    readonly filters: readonly {
      readonly propertyName: string;
      readonly operator: string;
      readonly value: string;
    }[];
  }[];
}

export type Reply =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | { readonly status?: number; readonly raw: string | Buffer; readonly headers?: Record<string, string> }
  | { readonly act: (response: ServerResponse) => void };

export interface FakeServer {
  readonly url: string;
  readonly seen: Seen[];
}

/** A real HTTP server that answers what the test says and remembers what it was asked. Closes with the test. */
export async function fakeServer(
  answer: (seen: Seen, nth: number) => Reply | Promise<Reply>,
): Promise<FakeServer> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(request.url ?? '/', 'http://x');
      const text = Buffer.concat(chunks).toString();
      const one: Seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: JSON.parse(text === '' ? '{}' : text) as SeenBody,
      };
      seen.push(one);
      const reply = await answer(one, seen.length);
      if ('act' in reply) reply.act(response);
      else if ('json' in reply) send(response, reply, JSON.stringify(reply.json));
      else send(response, reply, reply.raw);
    })();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function send(
  response: ServerResponse,
  reply: { status?: number; headers?: Record<string, string> },
  body: string | Buffer,
): void {
  response.writeHead(reply.status ?? 200, {
    'content-type': 'application/json;charset=utf-8',
    ...generous,
    ...reply.headers,
  });
  response.end(body);
}

/** Limits so wide that a test never waits for them. */
const generous = {
  'x-hubspot-ratelimit-max': '1000000',
  'x-hubspot-ratelimit-remaining': '999999',
  'x-hubspot-ratelimit-interval-milliseconds': '10000',
};
