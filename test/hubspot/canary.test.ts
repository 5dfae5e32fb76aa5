import { gzipSync } from 'node:zlib';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { Log } from '../../src/service.ts';
import { fakeServer, type Reply } from './fake-server.ts';
import { allPages, contacts, never, openTestHubspot } from './open-test-hubspot.ts';

/** Not shaped like a Service Key, so that no pattern hides it by luck. */
const canary = 'CANARY0123456789abcdef';

const echo = { message: `You sent ${canary} in Bearer ${canary}`, category: canary, correlationId: canary };
const failures: Readonly<Record<string, Reply>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 405, 410, 413, 414, 423, 429, 477, 500, 502, 524, 530].map((status) => [
      String(status),
      { status, json: echo, headers: { 'retry-after': '60' } },
    ]),
  ),
  'plain 403': { status: 403, raw: `scopes of ${canary}`, headers: { 'content-type': 'text/plain' } },
  'the daily limit': { status: 429, json: { ...echo, policyName: 'DAILY' } },
  'a redirect': { status: 302, raw: '', headers: { location: `https://evil.test/?${canary}` } },
  'a success that is none': { json: echo },
  'broken JSON': { raw: `{"x": "${canary}` },
  'broken gzip': { raw: gzipSync(canary).subarray(0, 20), headers: { 'content-encoding': 'gzip' } },
  'a cut connection': { act: (response) => response.destroy() },
  'headers too long': { raw: '', headers: { 'x-long': canary.repeat(5000) } },
};

test.each(Object.keys(failures))('the key is in no error and in no log line: %s', async (kind) => {
  const server = await fakeServer(() => failures[kind] ?? { json: {} });
  const lines: unknown[] = [];
  const hubspot = openTestHubspot({ baseUrl: server.url, key: () => canary, log: keepingLog(lines) });
  const calls = [
    hubspot.account(never),
    hubspot.links({ from: 'contacts', to: 'companies' }, ['1', '2', '3', '4', '5'], never),
    allPages(hubspot.read(contacts, ['email'], { kind: 'all' }, never)),
    allPages(hubspot.read(contacts, ['email'], { kind: 'ids', ids: ['1', '2', '3', '4', '5'] }, never)),
    allPages(hubspot.read(contacts, ['email'], { kind: 'changes', from: 0, until: 9e12 }, never)),
    hubspot.probe('contacts', never).then((error) => Promise.reject(error ?? new Error('readable'))),
    hubspot.scopes(never).then(() => Promise.reject(new Error('asked'))),
  ];
  for (const result of await Promise.allSettled(calls)) {
    expect(result.status).toBe('rejected');
    const error = result.status === 'rejected' ? (result.reason as Error) : undefined;
    expect(`${inspect(error, { depth: 20, showHidden: true })} ${error?.stack}`).not.toContain(canary);
  }
  expect(inspect(lines, { depth: 20 })).not.toContain(canary);
  expect(JSON.stringify(hubspot.usage())).not.toContain(canary);
});

test('a key that no header can carry is in no error either', async () => {
  const server = await fakeServer(() => ({ json: {} }));
  const hubspot = openTestHubspot({ baseUrl: server.url, key: () => `${canary}\r\nx: y` });
  const error: unknown = await hubspot.account(never).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'key_refused' });
  expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(canary);
  expect(server.seen).toEqual([]);
});

function keepingLog(lines: unknown[]): Log {
  const keep = (facts: object, message: string): void => void lines.push([facts, message]);
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}
