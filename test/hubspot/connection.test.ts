import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { transportError } from '../../src/hubspot/transport-error.ts';
import { fakeServer, type Reply } from './fake-server.ts';
import { allPages, contacts, idsOf, never, openTestHubspot, record } from './open-test-hubspot.ts';

const page = JSON.stringify({ results: ['1', '2', '3'].map((id) => record(id, { email: `${id}@b.test` })) });
const json = { 'content-type': 'application/json' };

async function read(answer: (nth: number) => Reply, total = 5000) {
  const server = await fakeServer((_seen, nth) => answer(nth));
  const hubspot = openTestHubspot({ baseUrl: server.url, timeouts: { total } });
  const pages = await allPages(hubspot.read(contacts, ['email'], { kind: 'all' }, never));
  return { ids: idsOf(pages), calls: server.seen.length };
}

test.each([
  ['plain', Buffer.from(page), json],
  ['compressed', gzipSync(page), { ...json, 'content-encoding': 'gzip' }],
])(
  'a connection that ends after any number of bytes of a %s page gives nothing of it',
  async (_, body, headers) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: body.length - 1 }), fc.boolean(), async (bytes, chunked) => {
        const length = chunked ? {} : { 'content-length': String(body.length) };
        const cut = (response: ServerResponse): void => {
          response.writeHead(200, { ...headers, ...length });
          response.flushHeaders();
          response.write(body.subarray(0, bytes), () => response.destroy());
        };
        const { ids, calls } = await read((nth) => (nth === 1 ? { act: cut } : { raw: page }));
        expect(ids).toEqual(['1', '2', '3']);
        expect(calls).toBe(2);
      }),
      { numRuns: 25 },
    );
  },
);

test('a body that goes on for ever, a byte at a time, is given up and asked for again', async () => {
  const drip = (response: ServerResponse): void => {
    response.writeHead(200, json);
    const timer = setInterval(() => response.write(' '), 5);
    response.on('close', () => clearInterval(timer));
  };
  const { ids, calls } = await read((nth) => (nth === 1 ? { act: drip } : { raw: page }), 100);
  expect(ids).toEqual(['1', '2', '3']);
  expect(calls).toBe(2);
});

test('kept connections that have gone silent are left for others', async () => {
  const sockets = new Set<Socket | null>();
  let silent = 0;
  const server = await fakeServer(() => ({
    act: (response) => {
      if (sockets.has(response.socket)) silent += 1;
      else response.writeHead(200, json).end(page);
      sockets.add(response.socket);
    },
  }));
  const hubspot = openTestHubspot({ baseUrl: server.url, timeouts: { total: 100 } });
  for (let scans = 0; scans < 4; scans += 1) {
    const pages = await allPages(hubspot.read(contacts, ['email'], { kind: 'all' }, never));
    expect(idsOf(pages)).toEqual(['1', '2', '3']);
  }
  expect(silent).toBeGreaterThan(0);
});

test.each(['ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ETIMEDOUT', 'ECONNRESET', 'EPROTO', 'UND_ERR_SOCKET'])(
  'a connection that fails with %s is tried again',
  (code) => {
    expect(transportError(failure(code))).toMatchObject({ verdict: 'retry', details: { code } });
  },
);

test.each([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('a certificate that fails with %s is not tried again', (code) => {
  expect(transportError(failure(code))).toMatchObject({ verdict: 'stop', details: { code } });
});

/** As HTTP clients throw it: the reason is a cause of the error. */
function failure(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
}

test('nowhere are certificates left unchecked', () => {
  const folder = join(import.meta.dirname, '../../src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(100);
  const careless = files.filter((path) =>
    /rejectUnauthorized['"]?\s*:\s*false|NODE_TLS_REJECT|checkServerIdentity/.test(
      readFileSync(join(folder, path), 'utf8'),
    ),
  );
  expect(careless).toEqual([]);
});
