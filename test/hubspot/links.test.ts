import { expect, test } from 'vitest';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { never, openTestHubspot } from './open-test-hubspot.ts';

const pair = { from: 'deals', to: 'companies' };
const plain = { category: 'HUBSPOT_DEFINED', typeId: 341, label: null };
const primary = { category: 'HUBSPOT_DEFINED', typeId: 5, label: 'Primary' };
const to = (id: unknown, ...types: object[]) => ({ toObjectId: id, associationTypes: types });
const none = (...ids: string[]) => ({
  category: 'OBJECT_NOT_FOUND',
  subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
  context: { fromObjectId: ids },
});

async function links(ids: readonly string[], answer: (seen: Seen, nth: number) => Reply) {
  const server = await fakeServer(answer);
  const found = await openTestHubspot({ baseUrl: server.url }).links(pair, ids, never);
  return { found, seen: server.seen };
}

test('each type of a link is a link of its own, and no link is a fine answer', async () => {
  const { found } = await links(['1', '2'], () => ({
    status: 207,
    json: { results: [{ from: { id: '1' }, to: [to('7', plain, primary)] }], errors: [none('2')] },
  }));
  expect(found).toEqual([
    { fromId: '1', toId: '7', category: 'HUBSPOT_DEFINED', typeId: '341', label: null },
    { fromId: '1', toId: '7', category: 'HUBSPOT_DEFINED', typeId: '5', label: 'Primary' },
  ]);
});

test('an id beyond 2^53 that arrives as a number stays exact', async () => {
  const raw = `{"results":[{"from":{"id":"1"},"to":[{"toObjectId":9007199254740993,"associationTypes":[{"category":"USER_DEFINED","typeId":9223372036854775807,"label":"1234567890123456789"}]}]}]}`;
  const { found } = await links(['1'], () => ({ raw }));
  expect(found).toEqual([
    {
      fromId: '1',
      toId: '9007199254740993',
      category: 'USER_DEFINED',
      typeId: '9223372036854775807',
      label: '1234567890123456789',
    },
  ]);
});

test('the pages of each record are followed to the end', async () => {
  const { found, seen } = await links(['1', '2'], ({ body }) => {
    const results = body.inputs.map(({ id, after }) => ({
      from: { id },
      to: [to(`${id}${after ?? '0'}`, plain)],
      ...(id === '1' && after !== '2'
        ? { paging: { next: { after: after === undefined ? '1' : '2' } } }
        : {}),
    }));
    return { json: { results } };
  });
  expect(found.map(({ toId }) => toId)).toEqual(['10', '20', '11', '12']);
  expect(seen.map(({ body }) => body.inputs)).toEqual([
    [{ id: '1' }, { id: '2' }],
    [{ id: '1', after: '1' }],
    [{ id: '1', after: '2' }],
  ]);
});

test.each([
  ['forgets a record', { results: [] }],
  [
    'has another error for a record',
    { results: [], errors: [{ category: 'VALIDATION_ERROR', context: { fromObjectId: ['1'] } }] },
  ],
  ['has no results', { errors: [none('1')] }],
  ['leads in a circle', undefined],
])('an answer that %s is no answer', async (_what, json) => {
  const circle = { results: [{ from: { id: '1' }, to: [], paging: { next: { after: 'x' } } }] };
  const asking = links(['1'], () => ({ json: json ?? circle }));
  await expect(asking).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
});

test('a question that is too heavy is halved', async () => {
  const ids = Array.from({ length: 10 }, (_, n) => String(n + 1));
  const { found } = await links(ids, ({ body }) =>
    body.inputs.length > 3
      ? { status: 504, raw: '' }
      : { json: { results: body.inputs.map(({ id }) => ({ from: { id }, to: [to(Number(id), plain)] })) } },
  );
  expect(found.map(({ toId }) => toId)).toEqual(ids);
});

test('more ids than HubSpot takes are refused, none are answered without asking', async () => {
  const ids = Array.from({ length: 1001 }, (_, n) => String(n + 1));
  await expect(links(ids, () => ({ json: {} }))).rejects.toMatchObject({ code: 'internal' });
  expect(await links([], () => ({ json: {} }))).toMatchObject({ found: [], seen: [] });
});
