import { expect, test } from 'vitest';
import { objects, openAccount } from './account.ts';

const searching = { limit: 1 };

test('ordinary answers carry the limits, search answers do not', async () => {
  const { get, post } = await openAccount({ limits: { burst: 190, daily: 1000 } });
  const { headers } = await get(`${objects}/contacts`);
  const names = ['max', 'remaining', 'interval-milliseconds', 'daily', 'daily-remaining', 'secondly'];
  expect(names.map((name) => headers.get(`x-hubspot-ratelimit-${name}`))).toEqual([
    '190',
    '189',
    '10000',
    '1000',
    '999',
    '19',
  ]);
  const found = await post(`${objects}/contacts/search`, searching);
  expect([...found.headers.keys()].filter((name) => name.includes('ratelimit'))).toEqual([]);
});

test('the ten-second limit rolls, and has its own wording', async () => {
  const { sandbox, get } = await openAccount({ limitClock: 'virtual', limits: { burst: 3 } });
  for (let i = 0; i < 3; i += 1) expect((await get(`${objects}/contacts`)).status).toBe(200);
  const { status, body, headers } = await get(`${objects}/contacts`);
  expect(status).toBe(429);
  expect(body).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' });
  expect(body.groupName).toContain('1234567');
  expect(headers.get('retry-after')).toBeNull();
  expect(sandbox.violations()).toMatchObject([{ rule: 'burst limit' }]);
  sandbox.clock.advance(9999);
  expect((await get(`${objects}/contacts`)).status).toBe(429);
  sandbox.clock.advance(1);
  expect((await get(`${objects}/contacts`)).status).toBe(200);
});

test('every key has a ten-second limit of its own, but the account has one search limit', async () => {
  const { sandbox, get, post } = await openAccount({
    limitClock: 'virtual',
    limits: { burst: 1, search: 1 },
  });
  const other = { Authorization: `Bearer ${sandbox.world.keys.add(['crm.objects.contacts.read'])}` };
  expect((await get(`${objects}/contacts`)).status).toBe(200);
  expect((await get(`${objects}/contacts`, other)).status).toBe(200);
  expect((await post(`${objects}/contacts/search`, searching)).status).toBe(200);
  const { status, body } = await post(`${objects}/contacts/search`, searching, other);
  expect(status).toBe(429);
  expect(body).toMatchObject({ message: 'You have reached your secondly limit.', category: 'RATE_LIMITS' });
  expect(body.policyName).toBeUndefined();
  sandbox.clock.advance(1000);
  expect((await post(`${objects}/contacts/search`, searching, other)).status).toBe(200);
});

test('search and associations do not draw on the ten-second limit', async () => {
  const { sandbox, get, post } = await openAccount({
    limitClock: 'virtual',
    limits: { burst: 1, associations: 2 },
  });
  const links = '/crm/associations/2026-09/contacts/companies/batch/read';
  for (let i = 0; i < 3; i += 1)
    expect((await post(`${objects}/contacts/search`, searching)).status).toBe(200);
  for (let i = 0; i < 2; i += 1) expect((await post(links, { inputs: [] })).status).toBe(200);
  expect((await post(links, { inputs: [] })).status).toBe(429);
  expect((await get(`${objects}/contacts`)).status).toBe(200);
  expect(sandbox.violations().map(({ rule }) => rule)).toEqual(['associations limit']);
});

test('the daily limit ends at midnight in the time zone of the account', async () => {
  const { sandbox, get } = await openAccount({
    timeZone: 'US/Eastern',
    startAt: Date.UTC(2026, 9, 2, 3, 59, 59),
    limits: { daily: 1 },
  });
  expect((await get(`${objects}/contacts`)).status).toBe(200);
  const { status, body } = await get(`${objects}/contacts`);
  expect(status).toBe(429);
  expect(body).toMatchObject({
    policyName: 'DAILY',
    errorType: 'RATE_LIMIT',
    message: 'You have reached your daily limit.',
  });
  sandbox.clock.advance(1000);
  expect((await get(`${objects}/contacts`)).status).toBe(200);
});

test('Retry-After comes with a switch', async () => {
  const { get, post } = await openAccount({ retryAfter: true, limits: { burst: 0, search: 0 } });
  expect((await get(`${objects}/contacts`)).headers.get('retry-after')).toBe('10');
  expect((await post(`${objects}/contacts/search`, searching)).headers.get('retry-after')).toBe('1');
});

test('daily usage tells what was used and when the day ends', async () => {
  const { get } = await openAccount({ limits: { daily: 500 } });
  await get(`${objects}/contacts`);
  const { body } = await get('/account-info/2026-09/api-usage/daily/private-apps');
  expect(body.results).toMatchObject([
    { usageLimit: 500, currentUsage: 2, fetchStatus: 'SUCCESS', resetsAt: '2026-10-02T04:00:00.000Z' },
  ]);
});
