import { expect, test } from 'vitest';
import { idsOf, objects, openAccount } from './account.ts';
import type { Account, Reply } from './account.ts';

const read = ({ post }: Account, ids: readonly string[], more: object = {}): Promise<Reply> =>
  post(`${objects}/contacts/batch/read`, {
    properties: [],
    propertiesWithHistory: [],
    inputs: ids.map((id) => ({ id })),
    ...more,
  });
const idsIn = (reply: Reply): string[] => reply.body.results.map(({ id }: { id: string }) => id);

test('all found is 200 without errors, in another order than asked', async () => {
  const account = await openAccount();
  const ids = idsOf(account.sandbox, 'contacts').slice(0, 50);
  const reply = await read(account, ids);
  expect(reply.status).toBe(200);
  expect(reply.body).not.toHaveProperty('errors');
  expect(idsIn(reply)).not.toEqual(ids);
  expect(idsIn(reply).toSorted()).toEqual(ids.toSorted());
});

test('unknown, archived and purged ids share one error, and the answer is 207', async () => {
  const account = await openAccount();
  const { world } = account.sandbox;
  const [good = '', archived = '', purged = ''] = idsOf(account.sandbox, 'contacts');
  world.archive('contacts', archived);
  world.gdprDelete(purged);
  const reply = await read(account, [good, archived, purged, '999']);
  expect(reply.status).toBe(207);
  expect(idsIn(reply)).toEqual([good]);
  expect(reply.body.numErrors).toBe(1);
  expect(reply.body.errors).toEqual([
    {
      status: 'error',
      category: 'OBJECT_NOT_FOUND',
      message:
        'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
      context: { ids: [archived, purged, '999'] },
    },
  ]);
});

test('archived=true reads archived records only', async () => {
  const account = await openAccount();
  const [active = ''] = idsOf(account.sandbox, 'contacts');
  const [archived = ''] = idsOf(account.sandbox, 'contacts', 'archived');
  const reply = await account.post(`${objects}/contacts/batch/read?archived=true`, {
    inputs: [{ id: active }, { id: archived }],
  });
  expect(idsIn(reply)).toEqual([archived]);
  expect(reply.body.errors[0].context.ids).toEqual([active]);
});

test.each([
  [100, {}, 200],
  [101, {}, 400],
  [50, { propertiesWithHistory: ['email'] }, 200],
  [51, { propertiesWithHistory: ['email'] }, 400],
])('%i inputs with %o are answered with %i', async (count, more, status) => {
  const account = await openAccount();
  const reply = await read(account, idsOf(account.sandbox, 'contacts').slice(0, count), more);
  expect(reply.status).toBe(status);
  expect(account.sandbox.violations().map(({ rule }) => rule)).toEqual(
    status === 400 ? ['too many inputs'] : [],
  );
});

test.each([
  ['absent', 200, false],
  ['missing', 207, false],
  ['resolve', 200, true],
] as const)('a merged-away id can be %s', async (mergedInBatch, status, resolved) => {
  const account = await openAccount({ unknowns: { mergedInBatch } });
  const [a = '', b = ''] = idsOf(account.sandbox, 'contacts');
  const into = account.sandbox.world.merge('contacts', a, b);
  const reply = await read(account, [a]);
  expect(reply.status).toBe(status);
  expect(idsIn(reply)).toEqual(resolved ? [into] : []);
});

test('records can be read by a unique property', async () => {
  const account = await openAccount();
  const id = account.sandbox.world.create('contacts', { email: 'Known@Example.com' });
  const reply = await read(account, ['known@example.com', 'nobody@example.com'], { idProperty: 'email' });
  expect(idsIn(reply)).toEqual([id]);
  expect(reply.body.errors[0].context.ids).toEqual(['nobody@example.com']);
});

test('history has every value with its time, newest first', async () => {
  const account = await openAccount();
  const [id = ''] = idsOf(account.sandbox, 'contacts');
  account.sandbox.clock.advance(1000);
  account.sandbox.world.update('contacts', id, { firstname: 'Second' });
  account.sandbox.clock.advance(1000);
  account.sandbox.world.update('contacts', id, { firstname: 'Third' });
  const { body } = await read(account, [id], { propertiesWithHistory: ['firstname'] });
  const history = body.results[0].propertiesWithHistory.firstname;
  expect(history.slice(0, 2).map(({ value }) => value)).toEqual(['Third', 'Second']);
  expect(history[0]?.timestamp).toBe('2026-10-01T08:00:02.000Z');
  expect(history).toHaveLength(3);
  for (const entry of history) expect(entry.sourceType).toMatch(/^[A-Z_]+$/);
});

test('deals have a history of the stages that they went through', async () => {
  const account = await openAccount();
  const ids = idsOf(account.sandbox, 'deals').slice(0, 50);
  const { body } = await account.post(`${objects}/deals/batch/read`, {
    propertiesWithHistory: ['dealstage'],
    inputs: ids.map((id) => ({ id })),
  });
  const deals = body.results;
  expect(Math.max(...deals.map((deal) => deal.propertiesWithHistory.dealstage.length))).toBeGreaterThan(3);
  for (const { properties, propertiesWithHistory } of deals) {
    const times = propertiesWithHistory.dealstage.map(({ timestamp }) => timestamp);
    expect(times).toEqual(times.toSorted().reverse());
    expect(propertiesWithHistory.dealstage[0]?.value).toBe(properties['dealstage']);
  }
});

test.each([[{ inputs: [{}] }], [{ inputs: 'x' }], [{ inputs: [], properties: 'email' }]])(
  'the body %o is refused',
  async (body) => {
    const { post } = await openAccount();
    expect((await post(`${objects}/contacts/batch/read`, body)).body.category).toBe('VALIDATION_ERROR');
  },
);
