import { expect, test } from 'vitest';
import type { Clock } from '../../src/service.ts';
import { fakeServer, type Reply } from './fake-server.ts';
import { never, openTestHubspot, skippingClock, testKey } from './open-test-hubspot.ts';

const account = { portalId: 42, timeZone: 'US/Eastern' };
const bearer = (key: string): string => `Bearer ${key}`;
const refused: Reply = { status: 401, json: { category: 'INVALID_AUTHENTICATION' } };
const noOwners: Reply = { json: { results: [] } };

test('the key goes out as a bearer token and the answer of the account comes back', async () => {
  const server = await fakeServer(() => ({ json: { ...account, additionalCurrencies: ['EUR'], news: 1 } }));
  const hubspot = openTestHubspot({ baseUrl: server.url, key: () => ` Bearer ${testKey}\n` });
  expect(await hubspot.account(never)).toMatchObject({
    portalId: '42',
    additionalCurrencies: ['EUR'],
    uiDomain: null,
  });
  expect(server.seen[0]?.headers.authorization).toBe(bearer(testKey));
});

test('now is the latest instant that two answers have shown, never the local clock', async () => {
  const dates = [
    'Sat, 10 Oct 2026 12:00:05 GMT',
    'Sun, 10 Oct 2027 12:00:00 GMT',
    'Sat, 10 Oct 2026 12:00:01 GMT',
  ];
  const server = await fakeServer((_seen, nth) => ({
    json: account,
    headers: { date: dates[nth - 1] ?? '' },
  }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  expect(() => hubspot.now()).toThrow(/before any answer/);
  for (const _date of dates) await hubspot.account(never);
  expect(new Date(hubspot.now()).toISOString()).toBe('2026-10-10T12:00:05.000Z');
});

test('the time of an error page does not count: it may be a gateway that tells it', async () => {
  const dates = ['Sat, 10 Oct 2099 12:00:00 GMT', 'Sat, 10 Oct 2026 12:00:00 GMT'];
  const server = await fakeServer((_seen, nth) => ({
    status: nth === 1 ? 502 : 200,
    json: account,
    headers: { date: dates[nth - 1] ?? '' },
  }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await hubspot.account(never);
  expect(new Date(hubspot.now()).toISOString()).toBe('2026-10-10T12:00:00.000Z');
});

test('failures are tried again up to six times, and every call is counted', async () => {
  const server = await fakeServer((_seen, nth) =>
    nth < 6 ? { status: 503, raw: '<html>', headers: { 'content-type': 'text/html' } } : { json: account },
  );
  const clock = skippingClock();
  const hubspot = openTestHubspot({ baseUrl: server.url, clock });
  await hubspot.account(never);
  expect(clock.slept).toEqual([500, 1000, 2000, 4000, 8000]);
  expect(hubspot.usage()).toEqual([
    { endpoint: 'GET /account-info/details', status: 503, calls: 5 },
    { endpoint: 'GET /account-info/details', status: 200, calls: 1 },
  ]);
});

test('refusals for a rate limit do not use up the tries', async () => {
  const server = await fakeServer((_seen, nth) => {
    if (nth <= 12)
      return { status: 429, json: { policyName: 'TEN_SECONDLY_ROLLING' }, headers: { 'retry-after': '1' } };
    return nth <= 15 ? { status: 503, raw: '' } : { json: account };
  });
  await openTestHubspot({ baseUrl: server.url }).account(never);
  expect(server.seen).toHaveLength(16);
});

test('a rate limit makes all requests under it wait, not only the one that met it', async () => {
  const noLinks = { results: [{ from: { id: '1' }, to: [] }] };
  const server = await fakeServer(({ path }, nth) => {
    if (nth === 1) return { status: 429, json: {} };
    return { json: path.includes('associations') ? noLinks : account };
  });
  const waiting: (() => void)[] = [];
  const arrived = Promise.withResolvers<void>();
  const clock: Clock = {
    now: () => 0,
    sleep: () => {
      arrived.resolve();
      return new Promise((resolve) => void waiting.push(resolve));
    },
  };
  const hubspot = openTestHubspot({ baseUrl: server.url, clock });
  const first = hubspot.account(never);
  await arrived.promise;
  const second = hubspot.account(never);
  // A request of another kind, answered in full, gives the second one every chance to slip through.
  await hubspot.links({ from: 'deals', to: 'companies' }, ['1'], never);
  expect(server.seen.filter(({ path }) => path.includes('account-info'))).toHaveLength(1);
  const waking = setInterval(() => waiting.splice(0).forEach((wake) => wake()), 1);
  await Promise.all([first, second]).finally(() => clearInterval(waking));
});

test('a request that was refused is asked again before those that stand behind it', async () => {
  const server = await fakeServer((_seen, nth) =>
    nth === 2 ? { status: 429, json: {} } : { json: account },
  );
  const hubspot = openTestHubspot({ baseUrl: server.url, limits: { concurrency: 1 } });
  // Its answer tells the limit, so that the line is not another one afterwards.
  await hubspot.account(never);
  const refusedOne = hubspot.account(never);
  const others = ['a', 'b'].map((object) => hubspot.properties(object, never).catch(() => undefined));
  await Promise.all([refusedOne, ...others]);
  const asked = server.seen.slice(0, 4).map(({ path }) => path.includes('account-info'));
  expect(asked).toEqual([true, true, true, false]);
});

test('a rate limit that never ends is an error in the end', async () => {
  const server = await fakeServer(() => ({ status: 429, json: { policyName: 'TEN_SECONDLY_ROLLING' } }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await expect(hubspot.account(never)).rejects.toMatchObject({
    code: 'hubspot_rate_limited',
    verdict: 'retry',
  });
});

test('the daily limit ends everything at once', async () => {
  const server = await fakeServer(() => ({ status: 429, json: { policyName: 'DAILY' } }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await expect(hubspot.account(never)).rejects.toMatchObject({ code: 'daily_limit', verdict: 'stop' });
  expect(server.seen).toHaveLength(1);
});

test('the last part of a day is left to other apps until midnight in the account', async () => {
  const remaining = { 'x-hubspot-ratelimit-daily': '1000', 'x-hubspot-ratelimit-daily-remaining': '50' };
  const server = await fakeServer(() => ({
    json: account,
    headers: { ...remaining, date: 'Sat, 10 Oct 2026 12:00:00 GMT' },
  }));
  const clock = skippingClock();
  const hubspot = openTestHubspot({ baseUrl: server.url, clock });
  await hubspot.account(never);
  await expect(hubspot.account(never)).rejects.toMatchObject({
    code: 'daily_limit',
    details: { resetsAt: '2026-10-11T04:00:00.000Z', left: 50 },
  });
  await clock.sleep(24 * 3_600_000);
  await hubspot.account(never);
  expect(server.seen).toHaveLength(2);
});

test('a refused key is not tried again', async () => {
  const server = await fakeServer(() => refused);
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await expect(hubspot.account(never)).rejects.toMatchObject({ code: 'key_refused', verdict: 'stop' });
  expect(server.seen).toHaveLength(1);
});

test('a redirect is never followed', async () => {
  const trap = await fakeServer(() => ({ json: account }));
  const server = await fakeServer(() => ({ status: 307, raw: '', headers: { location: trap.url } }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await expect(hubspot.account(never)).rejects.toMatchObject({ code: 'hubspot_bad_answer', verdict: 'stop' });
  expect(trap.seen).toEqual([]);
});

test.each(['http://api.hubapi.com', 'ftp://localhost', 'nonsense', 'http://127.0.0.1.evil.test'])(
  'the key is not sent to %s, where others could read it',
  (baseUrl) => {
    expect(() => openTestHubspot({ baseUrl })).toThrow(expect.objectContaining({ code: 'config_invalid' }));
  },
);

test('what is not a read is stopped before it leaves', async () => {
  const server = await fakeServer(() => noOwners);
  const hubspot = openTestHubspot({ baseUrl: server.url });
  const strange = hubspot.properties('contacts/batch/create', never);
  await expect(strange).rejects.toMatchObject({ code: 'request_not_allowed', verdict: 'stop' });
  expect(server.seen).toEqual([]);
});

test('a server that says nothing is given up and tried again', async () => {
  const server = await fakeServer((_seen, nth) => (nth === 1 ? { act: () => undefined } : { json: account }));
  const hubspot = openTestHubspot({ baseUrl: server.url, timeouts: { total: 50 } });
  await hubspot.account(never);
  expect(server.seen).toHaveLength(2);
});

test('an aborted signal rejects with its reason, whether asking or waiting', async () => {
  const stop = new AbortController();
  const reason = new Error('asked to stop');
  const server = await fakeServer(() => ({ act: () => stop.abort(reason) }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await expect(hubspot.account(stop.signal)).rejects.toBe(reason);
  await expect(hubspot.account(stop.signal)).rejects.toBe(reason);
  expect(server.seen).toHaveLength(1);
});

test('closing ends what is under way', async () => {
  const server = await fakeServer(() => ({ act: () => void hubspot.close() }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  await expect(hubspot.account(never)).rejects.toThrow('closed');
});

test('a server that cannot be reached is named with the reason', async () => {
  const hubspot = openTestHubspot({ baseUrl: 'http://127.0.0.1:1' });
  const error: unknown = await hubspot.account(never).catch((error: unknown) => error);
  expect(error).toMatchObject({ code: 'hubspot_unavailable', verdict: 'retry' });
  expect(String(error)).toContain('ECONNREFUSED');
  // The errors of an HTTP client can hold the request with its headers.
  expect(error).not.toHaveProperty('cause');
});
