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
  const { links: found, failed } = await openTestHubspot({ baseUrl: server.url }).links(pair, ids, never);
  return { found, failed, seen: server.seen };
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

const plainLink = (input: { id: string }) => ({ from: { id: input.id }, to: [to(input.id, plain)] });
const refused = (...ids: string[]) => ({
  category: 'VALIDATION_ERROR',
  message: 'It is odd',
  context: { fromObjectId: ids },
});

test.each([
  ['forgets records', () => ({ results: [] })],
  [
    'has another error for each',
    ({ body }: Seen) => ({ results: [], errors: body.inputs.map(({ id }) => refused(id)) }),
  ],
  ['has an error for nobody', () => ({ results: [], errors: [{ category: 'VALIDATION_ERROR' }] })],
  ['has no results', ({ body }: Seen) => ({ errors: [none(...body.inputs.map(({ id }) => id))] })],
  [
    'leads in a circle',
    ({ body }: Seen) => ({
      results: body.inputs.map(({ id }) => ({ from: { id }, to: [], paging: { next: { after: 'x' } } })),
    }),
  ],
])('an answer that %s is no answer', async (_what, json) => {
  const asking = links(['1', '2', '3', '4', '5'], (seen) => ({ json: json(seen) }));
  await expect(asking).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
});

const many = Array.from({ length: 10 }, (_, n) => String(n + 1));
const others = many.filter((id) => id !== '7');
const is7 = ({ id }: { readonly id: string }): boolean => id === '7';

test.each<[string, (seen: Seen) => Reply]>([
  [
    'refuses',
    ({ body }) =>
      body.inputs.some(is7)
        ? { status: 400, json: { message: 'No' } }
        : { json: { results: body.inputs.map(plainLink) } },
  ],
  [
    'fails at',
    ({ body }) =>
      body.inputs.some(is7) ? { status: 500, raw: '' } : { json: { results: body.inputs.map(plainLink) } },
  ],
  [
    'forgets',
    ({ body }) => ({ json: { results: body.inputs.filter((input) => !is7(input)).map(plainLink) } }),
  ],
  [
    'has an error for',
    ({ body }) => ({
      json: {
        results: body.inputs.filter((input) => !is7(input)).map(plainLink),
        errors: body.inputs.some(is7) ? [refused('7')] : [],
      },
    }),
  ],
  [
    'gives no last page of',
    ({ body }) =>
      body.inputs.some(({ after }) => after !== undefined)
        ? { status: 500, raw: '' }
        : {
            json: {
              results: body.inputs.map((input) => ({
                ...plainLink(input),
                ...(is7(input) && { paging: { next: { after: 'x' } } }),
              })),
            },
          },
  ],
])('a record that HubSpot %s fails alone, and none of its links are given', async (_how, answer) => {
  const { found, failed } = await links(many, answer);
  expect(found.map(({ fromId }) => fromId)).toEqual(others);
  expect(failed).toEqual([{ id: '7', reason: expect.stringMatching(/\w/) as string }]);
});

test('an error for some records costs the others no second question', async () => {
  const { seen } = await links(many, ({ body }, nth) => ({
    json:
      nth === 1
        ? { results: body.inputs.slice(2).map(plainLink), errors: [refused('1', '2')] }
        : { results: body.inputs.map(plainLink) },
  }));
  expect(seen.map(({ body }) => body.inputs.length)).toEqual([10, 2]);
});

test('a record that HubSpot does not have has no links', async () => {
  const gone = { category: 'OBJECT_NOT_FOUND', message: 'not found', context: { fromObjectId: ['7'] } };
  const { found, failed, seen } = await links(many, ({ body }) => ({
    status: 207,
    json: { results: body.inputs.filter((input) => !is7(input)).map(plainLink), errors: [gone] },
  }));
  expect(found.map(({ fromId }) => fromId)).toEqual(others);
  expect({ failed, calls: seen.length }).toEqual({ failed: [], calls: 1 });
});

test('pages that lead in a circle of several are not followed for ever', async () => {
  const { found, failed, seen } = await links(['1', '2'], ({ body }) => ({
    json: {
      results: body.inputs.map((input) => ({
        ...plainLink(input),
        ...(input.id === '2' && { paging: { next: { after: input.after === 'a' ? 'b' : 'a' } } }),
      })),
    },
  }));
  expect({ found: found.map(({ fromId }) => fromId), failed: failed.map(({ id }) => id) }).toEqual({
    found: ['1'],
    failed: ['2'],
  });
  expect(seen.length).toBeLessThan(20);
});

test('links of records that were not asked for are none of the answer', async () => {
  const { found } = await links(['1'], () => ({
    json: { results: ['1', '9'].map((id) => plainLink({ id })) },
  }));
  expect(found.map(({ fromId }) => fromId)).toEqual(['1']);
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
