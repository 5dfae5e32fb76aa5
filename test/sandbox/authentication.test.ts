import { expect, test } from 'vitest';
import { openAccount, objects, type Reply } from './account.ts';

const day = 86_400_000;

test.each([
  ['no header', ''],
  ['another scheme', 'Basic abc'],
  ['an unknown key', 'Bearer pat-na1-11111111-2222-3333-4444-555555555555'],
])('%s is refused with INVALID_AUTHENTICATION', async (_, Authorization) => {
  const { get } = await openAccount();
  const { status, body } = await get(`${objects}/contacts`, { Authorization });
  expect(status).toBe(401);
  expect(body).toMatchObject({ status: 'error', category: 'INVALID_AUTHENTICATION' });
  expect(body.message).toContain('Authentication credentials not found');
});

test('a token that cannot be decoded is called expired since 1970', async () => {
  const { get } = await openAccount();
  const { status, body } = await get(`${objects}/contacts`, { Authorization: 'Bearer secret' });
  expect(status).toBe(401);
  expect(body.category).toBe('EXPIRED_AUTHENTICATION');
  expect(body.context).toEqual({ 'expire time': ['1970-01-01T00:00:00Z'] });
  expect(body.message).toBe('The OAuth token used to make this call expired 20727 day(s) ago.');
});

test('an access token of OAuth has expired half an hour after it was made', async () => {
  const { get } = await openAccount();
  const token = 'CNTNtIxZMgcAQAEYs-gDIIGOBii1hQIyGQAf3xBKmlwHjX7OIpuIFEavB2';
  const { status, body } = await get(`${objects}/contacts`, { Authorization: `Bearer ${token}` });
  expect(status).toBe(401);
  expect(body.context).toEqual({ 'expire time': ['2026-10-01T06:00:00Z'] });
});

test('the edge answers a malformed token with a page of its own when the switch is on', async () => {
  const { get } = await openAccount({ edge530: true });
  const { status, body } = await get(`${objects}/contacts`, { Authorization: 'Bearer secret' });
  expect(status).toBe(530);
  expect(body).toBeUndefined();
});

test('a key rotated with grace works for seven more days', async () => {
  const { sandbox, get } = await openAccount();
  const old = { Authorization: `Bearer ${sandbox.key}` };
  sandbox.world.keys.rotate('grace');
  sandbox.clock.advance(7 * day - 1);
  expect((await get(`${objects}/contacts`, old)).status).toBe(200);
  expect((await get(`${objects}/contacts`)).status).toBe(200);
  sandbox.clock.advance(1);
  expect((await get(`${objects}/contacts`, old)).status).toBe(401);
  expect((await get(`${objects}/contacts`)).status).toBe(200);
});

test('a key rotated now and a revoked key are refused at once', async () => {
  const { sandbox, get } = await openAccount();
  const old = { Authorization: `Bearer ${sandbox.key}` };
  sandbox.world.keys.rotate('now');
  expect((await get(`${objects}/contacts`, old)).body.category).toBe('INVALID_AUTHENTICATION');
  expect((await get(`${objects}/contacts`)).status).toBe(200);
  sandbox.world.keys.revoke();
  expect((await get(`${objects}/contacts`)).status).toBe(401);
});

test('asking again with a refused key is noted', async () => {
  const { sandbox, get } = await openAccount();
  sandbox.world.keys.revoke();
  await get(`${objects}/contacts`);
  expect(sandbox.violations().map(({ rule }) => rule)).not.toContain('request after 401');
  await get(`${objects}/contacts`);
  expect(sandbox.violations().map(({ rule }) => rule)).toContain('request after 401');
});

test('a missing scope names every scope that would do', async () => {
  const { get } = await openAccount({ scopes: ['crm.objects.contacts.read'] });
  const { status, body } = await get(`${objects}/deals`);
  expect(status).toBe(403);
  expect(body.category).toBe('MISSING_SCOPES');
  expect(body.errors[0].context.requiredGranularScopes).toContain('crm.objects.deals.read');
  expect((await get(`${objects}/contacts`)).status).toBe(200);
  expect((await get('/crm/owners/2026-09')).status).toBe(403);
});

test.each([
  ['required', 'requiredScopes'],
  ['view_schema', 'do not have permissions to view_schema'],
  ['permissions', 'does not have proper permissions! (requires any of [crm.objects.contacts.read'],
  ['missing required', "is missing required 'crm.objects.contacts.read' scope"],
  ['text', 'granted all required scopes'],
  ['not public', 'available for public use'],
] as const)('a missing scope can be worded as "%s"', async (scopeBody, words) => {
  const { get } = await openAccount({ scopes: [], unknowns: { scopeBody } });
  const { status, text } = await get(`${objects}/contacts`);
  expect(status).toBe(403);
  expect(text).toContain(words);
});

test('an unknown object is refused before scopes, but after the key', async () => {
  const { get } = await openAccount({ scopes: [] });
  const byName = await get(`${objects}/widgets`);
  expect(byName.status).toBe(400);
  expect(byName.body).toMatchObject({
    status: 'error',
    message: 'Unable to infer object type from: widgets',
  });
  expect(byName.body.category).toBeUndefined();
  expect((await get(`${objects}/0-9999`)).body.message).toBe('Invalid object or event type id: 0-9999');
  expect((await get(`${objects}/widgets`, { Authorization: '' })).status).toBe(401);
});

test.each([
  ['before scopes', 429],
  ['after scopes', 403],
] as const)('the limit can be checked %s', async (limitPosition, status) => {
  const { get } = await openAccount({ limitPosition, scopes: [], limits: { burst: 0 } });
  expect((await get(`${objects}/contacts`)).status).toBe(status);
});

test('names, singular names, type ids and all versions lead to the same records', async () => {
  const { get } = await openAccount();
  const { body } = await get('/crm/objects/2026-09/companies?limit=1');
  for (const path of ['2026-09/company', '2026-09/0-2', '2026-03/companies'])
    expect((await get(`/crm/objects/${path}?limit=1`)).body.results).toEqual(body.results);
  expect((await get('/crm/v3/objects/companies?limit=1')).body.results).toEqual(body.results);
  expect((await get('/crm/objects/2027-03/companies')).status).toBe(404);
  expect((await get('/crm/v9/objects/companies')).status).toBe(404);
});

test('custom objects answer to their type id and full name, not to their short name', async () => {
  const { get } = await openAccount();
  expect((await get(`${objects}/2-4711001`)).status).toBe(200);
  expect((await get(`${objects}/p1234567_machines`)).status).toBe(200);
  expect((await get(`${objects}/machines`)).body.message).toBe('Unable to infer object type from: machines');
});

test('every answer has a correlation id, and errors repeat it', async () => {
  const { get } = await openAccount();
  const [good, bad] = [await get(`${objects}/contacts`), await get(`${objects}/contacts/1`)];
  expect(good.headers.get('content-type')).toBe('application/json;charset=utf-8');
  expect(good.headers.get('x-hubspot-correlation-id')).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(bad.body.correlationId).toBe(bad.headers.get('x-hubspot-correlation-id'));
  expect(bad.body.correlationId).not.toBe(good.headers.get('x-hubspot-correlation-id'));
});

test('writes are refused and noted, whatever the method', async () => {
  const { sandbox, post, send } = await openAccount();
  expect((await post(`${objects}/contacts`, { properties: {} })).status).toBe(403);
  expect((await post(`${objects}/contacts/batch/update`, { inputs: [] })).status).toBe(403);
  expect((await send('DELETE', `${objects}/contacts/1`)).status).toBe(403);
  expect((await send('PATCH', '/crm/owners/2026-09/1')).status).toBe(405);
  expect(sandbox.violations().map(({ rule }) => rule)).toEqual(
    Array.from({ length: 4 }, () => 'write attempt'),
  );
});

test('an unknown path is not found and noted', async () => {
  const { sandbox, get } = await openAccount();
  expect((await get('/crm/nothing/2026-09')).status).toBe(404);
  expect(sandbox.violations()).toMatchObject([
    { rule: 'unknown route', method: 'GET', path: '/crm/nothing/2026-09' },
  ]);
});

test('a key of its own may be asked for its scopes, with an answer, or without', async () => {
  const { sandbox, post } = await openAccount();
  const other = sandbox.world.keys.add(['oauth', 'tickets']);
  const ask = (key: string): Promise<Reply> =>
    post('/oauth/v2/private-apps/get/access-token-info', { tokenKey: key });
  sandbox.world.keys.setTokenInfo('forbidden', other);
  expect((await ask(other)).status).toBe(403);
  expect((await ask(sandbox.key)).status).toBe(200);
  sandbox.world.keys.setTokenInfo('not found', other);
  expect((await ask(other)).status).toBe(404);
  sandbox.world.keys.setTokenInfo('answers', other);
  expect((await ask(other)).text).toContain('"scopes":["oauth","tickets"]');
});
