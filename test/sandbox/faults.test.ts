import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import type { FaultKind } from '../../src/sandbox/index.ts';
import { objects, openAccount } from './account.ts';

test.each([
  ['invalid 400', 400, 'json'],
  ['locked 423', 423, 'json'],
  ['burst 429', 429, 'json'],
  ['search 429', 429, 'json'],
  ['search 429 with policy', 429, 'json'],
  ['daily 429', 429, 'json'],
  ['migration 477', 477, 'json'],
  ['error 500', 500, 'json'],
  ['html 502', 502, 'html'],
  ['html 503', 503, 'html'],
  ['html 504', 504, 'html'],
  ['edge 521', 521, 'html'],
  ['edge 523', 523, 'html'],
  ['edge 524', 524, 'html'],
  ['edge 530', 530, 'html'],
  ['unauthorized 401', 401, 'json'],
  ['unauthorized 401 api key', 401, 'json'],
  ['forbidden 403', 403, 'json'],
  ['forbidden 403 text', 403, 'html'],
  ['forbidden 403 workflows', 403, 'json'],
  ['forbidden 403 plan', 403, 'json'],
  ['forbidden 403 page', 403, 'html'],
  ['html 200', 200, 'html'],
] as const)('a request can be made to meet %s, once', async (kind, status, type) => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind, match: '/contacts', times: 1 });
  expect((await get(`${objects}/companies`)).status).toBe(200);
  const reply = await get(`${objects}/contacts`);
  expect(reply.status).toBe(status);
  expect(reply.headers.get('content-type')).toContain(type);
  expect((await get(`${objects}/contacts`)).body.results).toHaveLength(10);
  expect(sandbox.violations()).toEqual([]);
});

test('477 says in seconds when to come back', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'migration 477', retryAfter: 7200 });
  expect((await get(`${objects}/contacts`)).headers.get('retry-after')).toBe('7200');
});

test.each<[FaultKind]>([['reset'], ['truncated gzip']])('a connection can break: %s', async (kind) => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind, times: 1 });
  await expect(get(`${objects}/contacts`)).rejects.toThrow();
  expect((await get(`${objects}/contacts`)).status).toBe(200);
});

test('an answer can end in the middle of its JSON', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'truncated json', times: 1 });
  await expect(get(`${objects}/contacts`)).rejects.toThrow(SyntaxError);
});

test('a slow body arrives whole', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'slow body', times: 1 });
  expect((await get(`${objects}/contacts`)).body.results).toHaveLength(10);
});

test('a request can hang until the client gives up', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'hang', match: '/contacts' });
  const giveUp = new AbortController();
  const headers = { Authorization: `Bearer ${sandbox.key}` };
  const hanging = fetch(`${sandbox.url}${objects}/contacts`, { headers, signal: giveUp.signal });
  const other = await get(`${objects}/deals`);
  expect(await Promise.race([hanging.then(() => 'answered'), Promise.resolve(other.status)])).toBe(200);
  giveUp.abort(new Error('given up'));
  await expect(hanging).rejects.toThrow('given up');
});

test('rules can skip, count, match a pattern and strike by a seeded chance', async () => {
  const statuses = async (): Promise<number[]> => {
    const { sandbox, get } = await openAccount();
    sandbox.faults.add({ kind: 'error 500', match: /GET .*contacts/, skip: 1, probability: 0.5 });
    const seen: number[] = [];
    for (let i = 0; i < 12; i += 1) seen.push((await get(`${objects}/contacts?limit=1`)).status);
    expect((await get(`${objects}/deals?limit=1`)).status).toBe(200);
    return seen;
  };
  const first = await statuses();
  expect(first[0]).toBe(200);
  expect(new Set(first)).toEqual(new Set([200, 500]));
  expect(await statuses()).toEqual(first);
});

test('a rule lets the first requests pass, strikes a few and ends', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.faults.add({ kind: 'error 500', skip: 2, times: 2 });
  const seen: number[] = [];
  for (let i = 0; i < 6; i += 1) seen.push((await get(`${objects}/contacts?limit=1`)).status);
  expect(seen).toEqual([200, 200, 500, 500, 200, 200]);
});

test('a client that leaves in the middle of its body harms nobody', async () => {
  const { sandbox, get } = await openAccount();
  const { port } = new URL(sandbox.url);
  await new Promise<void>((resolve) => {
    const request = httpRequest({
      port,
      path: `${objects}/contacts/search`,
      method: 'POST',
      headers: { 'Content-Length': 100 },
    });
    request.on('error', () => resolve());
    request.write('{', () => request.destroy(new Error('gone')));
  });
  expect((await get(`${objects}/contacts`)).status).toBe(200);
});

test('a removed rule tells how often it struck, and clear removes them all', async () => {
  const { sandbox, get } = await openAccount();
  const remove = sandbox.faults.add({ kind: 'error 500', method: 'GET' });
  await get(`${objects}/contacts`);
  expect(remove()).toBe(1);
  sandbox.faults.add({ kind: 'error 500' });
  sandbox.faults.clear();
  expect((await get(`${objects}/contacts`)).status).toBe(200);
});
