import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface HoldingProxy {
  readonly url: string;
  /** Resolves when a request came that is held. */
  readonly held: Promise<void>;
}

/** What is done with a request at once; without it, nothing is, and no answer ever comes. */
export type Instead = (response: ServerResponse, passOn: () => void) => void;

/** Stands before an account, and keeps requests of a kind to itself: `METHOD path?query`. */
export async function holdingProxy(target: string, kind: RegExp, instead?: Instead): Promise<HoldingProxy> {
  const { promise: held, resolve } = Promise.withResolvers<void>();
  const server = createServer((incoming, response) => {
    const passOn = (): void => pass(target, incoming, response);
    if (!kind.test(`${incoming.method} ${incoming.url}`)) return passOn();
    instead?.(response, passOn);
    resolve();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, held };
}

function pass(target: string, incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers, url = '/' } = incoming;
  const outgoing = request(new URL(url, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  outgoing.on('error', () => void response.destroy());
  response.on('close', () => void outgoing.destroy());
  incoming.pipe(outgoing);
}
