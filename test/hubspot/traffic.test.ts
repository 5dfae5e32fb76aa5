import { expect, test } from 'vitest';
import type { Traffic } from '../../src/traffic.ts';
import { fakeServer, type Reply } from './fake-server.ts';
import { never, openTestHubspot, testKey } from './open-test-hubspot.ts';

const busy = {
  'x-hubspot-ratelimit-max': '190',
  'x-hubspot-ratelimit-remaining': '150',
  'x-hubspot-ratelimit-interval-milliseconds': '10000',
  'x-hubspot-ratelimit-daily': '650000',
  'x-hubspot-ratelimit-daily-remaining': '649000',
};

async function trafficOf(answer: (nth: number) => Reply): Promise<Traffic[]> {
  const server = await fakeServer((_seen, nth) => answer(nth));
  const told: Traffic[] = [];
  const hubspot = openTestHubspot({ baseUrl: server.url, onTraffic: (event) => told.push(event) });
  await hubspot.properties('contacts', never).catch(() => undefined);
  return told;
}

const kinds = (told: readonly Traffic[]): readonly string[] => told.map(({ kind }) => kind);

test('tells of each request by the template of its route, and of what is left by policy', async () => {
  const told = await trafficOf(() => ({ json: { results: [] }, headers: busy }));
  expect(told.slice(0, 4)).toEqual([
    { kind: 'waited', limit: 'burst', ms: expect.any(Number) },
    { kind: 'asked', endpoint: 'GET /crm/properties/{object}', status: 200, ms: expect.any(Number) },
    { kind: 'left', policy: 'burst', left: 150, limit: 190 },
    { kind: 'left', policy: 'daily', left: 649_000, limit: 650_000 },
  ]);
  for (const event of told) if ('ms' in event) expect(event.ms).toBeGreaterThanOrEqual(0);
});

test('tells of each attempt, and why another one follows', async () => {
  const told = await trafficOf((nth) =>
    nth === 1 ? { status: 503, json: {} } : { json: { results: [] }, headers: busy },
  );
  expect(told.slice(0, 2).concat(told.filter(({ kind }) => kind === 'retried'))).toEqual([
    { kind: 'waited', limit: 'burst', ms: expect.any(Number) },
    { kind: 'asked', endpoint: 'GET /crm/properties/{object}', status: 503, ms: expect.any(Number) },
    { kind: 'retried', reason: 'hubspot_unavailable', ms: 500 },
  ]);
  expect(told).toContainEqual(expect.objectContaining({ kind: 'asked', status: 200 }));
});

test('counts an attempt without an answer as status 0', async () => {
  const told = await trafficOf((nth) =>
    nth === 1 ? { act: (response) => response.destroy() } : { json: { results: [] }, headers: busy },
  );
  expect(told[1]).toMatchObject({ kind: 'asked', status: 0 });
  expect(kinds(told)).toContain('retried');
});

test('says nothing of the key, nor of what was asked for', async () => {
  const told = await trafficOf(() => ({ status: 400, json: { message: `no ${testKey}` }, headers: busy }));
  expect(kinds(told)).toContain('asked');
  expect(JSON.stringify(told)).not.toContain(testKey.slice(0, 12));
});
