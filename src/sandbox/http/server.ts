import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { constants, gzip } from 'node:zlib';
import type { Incoming } from './dispatch.ts';
import type { Door } from './door.ts';
import type { Sent } from './fault-answers.ts';

/** The door on a port of its own; not yet listening. `packs`: answers are compressed for clients that accept it. */
export function openServer(door: Door, { packs }: { readonly packs: boolean }): Server {
  // Idle connections live for a while, as at HubSpot's edge: Node's own 5 s end them under a client's hands.
  return createServer({ maxHeaderSize: 65_536, keepAliveTimeout: 65_000 }, (request, response) => {
    readBody(request)
      .then((body) => {
        const sent = door(incomingOf(request, body));
        send(response, sent, packs && /\bgzip\b/.test(request.headers['accept-encoding'] ?? ''));
      })
      // A client that went away while it was sending, or a mistake of the sandbox: the connection ends either way.
      .catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
}

function incomingOf(request: IncomingMessage, body: string): Incoming {
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

function send(response: ServerResponse, sent: Sent, packs: boolean): void {
  if (sent.kind === 'nothing') return;
  if (sent.kind === 'cut') {
    response.destroy();
    return;
  }
  const { status, headers, body } = sent;
  const whole = (given: string | Buffer, more: object = {}): void => {
    response
      .writeHead(status, { ...headers, ...more, 'Content-Length': Buffer.byteLength(given) })
      .end(given);
  };
  if (sent.kind === 'drip') {
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    drip(response, Buffer.from(body));
  } else if (packs && typeof body === 'string' && body.length >= 1000) {
    gzip(body, { level: constants.Z_BEST_SPEED }, (_, packed) =>
      whole(packed, { 'Content-Encoding': 'gzip' }),
    );
  } else whole(body);
}

/** Sends the bytes in ten parts, a little apart. */
function drip(response: ServerResponse, bytes: Buffer, part = 0): void {
  const size = Math.ceil(bytes.length / 10);
  if (part * size >= bytes.length) {
    response.end();
    return;
  }
  response.write(bytes.subarray(part * size, (part + 1) * size));
  setTimeout(() => drip(response, bytes, part + 1), 20);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
