import { expect, test } from 'vitest';
import { idsOf, objects, openAccount } from './account.ts';

test('unknown and archived records are not found', async () => {
  const { sandbox, get } = await openAccount();
  const [archived] = idsOf(sandbox, 'contacts', 'archived');
  for (const id of ['999', archived]) {
    const { status, body } = await get(`${objects}/contacts/${id}`);
    expect(status).toBe(404);
    expect(body).toEqual({
      status: 'error',
      message: 'resource not found',
      correlationId: expect.any(String),
    });
  }
  expect((await get(`${objects}/contacts/${archived}?archived=true`)).body).toMatchObject({
    id: archived,
    archived: true,
  });
});

test('an id that is no number is refused in words of its own', async () => {
  const { get } = await openAccount();
  const { status, body } = await get(`${objects}/contacts/abc`);
  expect(status).toBe(404);
  expect(body).toMatchObject({
    message: 'Object not found.  objectId are usually numeric.',
    category: 'OBJECT_NOT_FOUND',
    context: { id: ['abc'] },
  });
});

test('a merged-away id answers with the survivor, also after two merges', async () => {
  const { sandbox, get } = await openAccount();
  const [a = '', b = '', c = ''] = idsOf(sandbox, 'contacts');
  const first = sandbox.world.merge('contacts', a, b);
  const second = sandbox.world.merge('contacts', first, c);
  for (const id of [a, b, c, first, second]) {
    const { status, body } = await get(`${objects}/contacts/${id}`);
    expect(status).toBe(200);
    expect(body.id).toBe(second);
  }
});

test('a record can be read by a unique property', async () => {
  const { sandbox, get } = await openAccount();
  const id = sandbox.world.create('contacts', { email: 'one@example.com' });
  expect((await get(`${objects}/contacts/one@example.com?idProperty=email`)).body.id).toBe(id);
  expect((await get(`${objects}/contacts/two@example.com?idProperty=email`)).status).toBe(404);
});
