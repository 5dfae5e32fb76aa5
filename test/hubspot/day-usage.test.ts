import { expect, test } from 'vitest';
import { fakeServer, type Reply } from './fake-server.ts';
import { never, openTestHubspot } from './open-test-hubspot.ts';
import type { Hubspot } from '../../src/hubspot/index.ts';

const account = { portalId: 42, timeZone: 'US/Eastern' };
const date = 'Sat, 10 Oct 2026 12:00:00 GMT';

async function open(usage: Reply, headers: Record<string, string> = {}): Promise<Hubspot> {
  const server = await fakeServer(({ path }) =>
    path.includes('api-usage') ? usage : { json: account, headers: { date, ...headers } },
  );
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await hubspot.account(never);
  return hubspot;
}

function told(counts: object): Reply {
  const name = 'private-apps-api-calls-daily';
  return { json: { results: [{ name, fetchStatus: 'SUCCESS', ...counts }] }, headers: { date } };
}

test('the day that HubSpot tells when it is asked is minded where its answers say nothing', async () => {
  const hubspot = await open(told({ usageLimit: 1000, currentUsage: 950 }));
  expect(await hubspot.day(never)).toEqual({ limit: 1000, left: 50 });
  expect(hubspot.pace().day).toEqual({ limit: 1000, left: 50 });
  await expect(hubspot.account(never)).rejects.toMatchObject({
    code: 'daily_limit',
    details: { resetsAt: '2026-10-11T04:00:00.000Z', left: 50 },
  });
  const calls = hubspot.keys().flatMap((key) => key.calls);
  expect(calls.find(({ endpoint }) => endpoint.includes('api-usage'))?.day).toEqual({
    limit: 1000,
    left: 50,
  });
});

test('but what comes with each answer is believed first', async () => {
  const headers = { 'x-hubspot-ratelimit-daily': '2000', 'x-hubspot-ratelimit-daily-remaining': '1500' };
  const hubspot = await open(told({ usageLimit: 1000, currentUsage: 1000 }), headers);
  await hubspot.day(never);
  expect(hubspot.pace().day).toEqual({ limit: 2000, left: 1500 });
  await hubspot.account(never);
});

test.each([
  ['it failed to count', told({ usageLimit: 1000, currentUsage: 1000, fetchStatus: 'TIMEOUT' })],
  ['it has no numbers', told({})],
  ['it has no limit', told({ usageLimit: 0, currentUsage: 0 })],
  ['it has no results', { json: { results: [] } }],
  ['it knows no such thing', { status: 404, json: {} }],
  ['the key may not ask', { status: 403, json: { category: 'MISSING_SCOPES' } }],
  ['this path alone refuses the key', { status: 401, json: { category: 'INVALID_AUTHENTICATION' } }],
  ['it is not answering', { status: 503, json: {} }],
  ['it says what cannot be', { raw: 'no JSON' }],
] as const)('nothing is known, and nothing held up, where %s', async (_, usage) => {
  const hubspot = await open(usage);
  expect(await hubspot.day(never)).toBeUndefined();
  expect(hubspot.pace().day).toBeUndefined();
  await hubspot.account(never);
});

test('more used than there are is none left', async () => {
  const hubspot = await open(told({ usageLimit: 10, currentUsage: 12 }));
  expect(await hubspot.day(never)).toEqual({ limit: 10, left: 0 });
});
