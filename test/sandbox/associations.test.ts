import { expect, test } from 'vitest';
import { idsOf, openAccount } from './account.ts';
import type { Json } from './account.ts';

const base = '/crm/associations/2026-09';

test('a thousand inputs are read, one more is refused', async () => {
  const { sandbox, post } = await openAccount();
  const inputs = Array.from({ length: 1001 }, (_, i) => ({ id: String(i + 1) }));
  expect((await post(`${base}/deals/companies/batch/read`, { inputs: inputs.slice(1) })).status).toBe(207);
  expect((await post(`${base}/deals/companies/batch/read`, { inputs })).status).toBe(400);
  expect(sandbox.violations()).toMatchObject([{ rule: 'too many inputs' }]);
});

test('an input without links is an error of its own, and the answer is 207', async () => {
  const { sandbox, post } = await openAccount();
  const id = sandbox.world.create('deals', {});
  const { status, body } = await post(`${base}/deals/companies/batch/read`, { inputs: [{ id }] });
  expect(status).toBe(207);
  expect(body).toMatchObject({ status: 'COMPLETE', results: [], numErrors: 1 });
  expect(body.errors).toEqual([
    {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      message: `No company is associated with deal ${id}.`,
      context: { fromObjectId: [id], fromObjectType: ['deal'], toObjectType: ['company'] },
    },
  ]);
});

test('one target comes once with all its types, and types depend on the direction', async () => {
  const { sandbox, post } = await openAccount();
  const { world } = sandbox;
  const [contact, company] = [world.create('contacts', {}), world.create('companies', {})];
  for (const typeId of [279, 1, 37])
    world.associate({ object: 'contacts', id: contact }, { object: 'companies', id: company }, typeId);
  const there = (await post(`${base}/contacts/companies/batch/read`, { inputs: [{ id: contact }] })).body
    .results;
  const back = (await post(`${base}/companies/contacts/batch/read`, { inputs: [{ id: company }] })).body
    .results;
  expect(there).toEqual([
    {
      from: { id: contact },
      to: [
        {
          toObjectId: Number(company),
          associationTypes: [
            { category: 'HUBSPOT_DEFINED', typeId: 279, label: null },
            { category: 'HUBSPOT_DEFINED', typeId: 1, label: 'Primary' },
            { category: 'USER_DEFINED', typeId: 37, label: 'Decides for' },
          ],
        },
      ],
    },
  ]);
  expect(back[0].to[0].associationTypes.map(({ typeId, label }: Json) => [typeId, label])).toEqual([
    [280, null],
    [2, 'Primary'],
    [38, 'Decision maker'],
  ]);
});

test('more than 500 targets are paged for each input by an opaque token', async () => {
  const { sandbox, post } = await openAccount({ contacts: 900 });
  const [popular = '', other = ''] = idsOf(sandbox, 'companies');
  const read = async (inputs: object[]): Promise<Json['results']> =>
    (await post(`${base}/companies/contacts/batch/read`, { inputs })).body.results;
  const [first] = await read([{ id: popular }, { id: other }]);
  expect(first.to).toHaveLength(500);
  expect(first.paging.next.after).not.toMatch(/^\d+$/);
  const [second] = await read([{ id: popular, after: first.paging.next.after }]);
  expect(second).not.toHaveProperty('paging');
  const ids = [...first.to, ...second.to].map(({ toObjectId }) => String(toObjectId));
  const truth = [...sandbox.world.truth.associations('companies', 'contacts')].filter(
    ({ fromId }) => fromId === popular,
  );
  expect(ids.length).toBeGreaterThan(500);
  expect(new Set(ids)).toEqual(new Set(truth.map(({ toId }) => toId)));
});

test('target ids are JSON numbers, also above 2^53, or strings by a switch', async () => {
  const [numbers, strings] = [await openAccount(), await openAccount({ unknowns: { toObjectId: 'string' } })];
  const links = [...numbers.sandbox.world.truth.associations('deals', 'machines')];
  const link = links.find(({ toId }) => String(Number(toId)) !== toId);
  const path = `${base}/deals/2-4711001/batch/read`;
  const body = { inputs: [{ id: link?.fromId }] };
  expect((await numbers.post(path, body)).text).toContain(`"toObjectId":${link?.toId},`);
  expect(link).toBeDefined();
  expect((await strings.post(path, body)).text).toContain(`"toObjectId":"${link?.toId}"`);
});

test('companies have parents and children', async () => {
  const { sandbox, get } = await openAccount();
  const links = [...sandbox.world.truth.associations('companies', 'companies')];
  const child = links.find(({ typeId }) => typeId === 13);
  expect(links).toContainEqual({
    fromId: child?.toId,
    toId: child?.fromId,
    category: 'HUBSPOT_DEFINED',
    typeId: 14,
    label: 'Parent Company',
  });
  const { body } = await get(`${base}/companies/companies/labels`);
  expect(body.results.map(({ typeId }: Json) => typeId)).toEqual([13, 450, 14]);
});

test('some pairs are answered in one direction only', async () => {
  const { sandbox } = await openAccount();
  const { truth } = sandbox.world;
  expect([...truth.associations('leads', 'deals')].length).toBeGreaterThan(0);
  expect([...truth.associations('deals', 'leads')]).toEqual([]);
});

test('one record can be asked for its links', async () => {
  const { sandbox, get } = await openAccount({ contacts: 900 });
  const [popular] = idsOf(sandbox, 'companies');
  const path = `/crm/v4/objects/companies/${popular}/associations/contacts`;
  const { body } = await get(path);
  expect(body.results).toHaveLength(500);
  expect((await get(`${path}?after=${body.paging.next.after}`)).body.results.length).toBeGreaterThan(0);
  expect((await get('/crm/v4/objects/companies/1/associations/contacts')).status).toBe(404);
});

test('a link is gone when it is removed or one of its ends is archived, and back with a restore', async () => {
  const { sandbox } = await openAccount();
  const { world } = sandbox;
  const [contact, company] = [world.create('contacts', {}), world.create('companies', {})];
  const ends = [
    { object: 'contacts', id: contact },
    { object: 'companies', id: company },
  ] as const;
  const count = (): number =>
    [...world.truth.associations('contacts', 'companies')].filter(({ fromId }) => fromId === contact).length;
  world.associate(...ends);
  expect(count()).toBe(1);
  world.archive('companies', company);
  expect(count()).toBe(0);
  world.restore('companies', company);
  expect(count()).toBe(1);
  world.dissociate(...ends);
  expect(count()).toBe(0);
});

test('reading a link needs the scopes of both ends', async () => {
  const { post } = await openAccount({ scopes: ['crm.objects.deals.read'] });
  const { status, body } = await post(`${base}/deals/companies/batch/read`, { inputs: [] });
  expect(status).toBe(403);
  expect(body.errors[0].context.requiredGranularScopes).toContain('crm.objects.companies.read');
});
