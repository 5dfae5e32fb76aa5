import { expect, test } from 'vitest';
import type { HistoryAnswer, HistoryQuestion } from '../../src/history.ts';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { contacts, never, openTestHubspot, record } from './open-test-hubspot.ts';

const question = (ids: readonly string[], more: Partial<HistoryQuestion> = {}): HistoryQuestion => ({
  properties: ['stage'],
  records: ids.map((id) => ({ id })),
  archived: false,
  ...more,
});

async function ask(asked: HistoryQuestion, answer: (seen: Seen) => Reply) {
  const server = await fakeServer(answer);
  const hubspot = openTestHubspot({ baseUrl: server.url });
  return { answer: await hubspot.history(contacts, asked, never), seen: server.seen };
}

const withHistory = (id: string, stage: unknown, more: object = {}): object =>
  record(id, { stage: 'now' }, { propertiesWithHistory: { stage }, ...more });
const entriesOf = ({ records }: HistoryAnswer) => records[0]?.properties[0]?.entries;
const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n + 1));

test('fifty records are asked for at once, with their values of today', async () => {
  const { seen, answer } = await ask(question(upTo(120), { archived: true }), ({ body }) => ({
    json: { results: body.inputs.map(({ id }) => withHistory(id, [])) },
  }));
  expect(seen.map(({ body }) => body.inputs.length)).toEqual([50, 50, 20]);
  expect(seen[0]?.query.get('archived')).toBe('true');
  expect(seen[0]?.body).toMatchObject({ propertiesWithHistory: ['stage'] });
  expect(seen[0]?.body.properties).toEqual(['stage', 'lastmodifieddate']);
  expect(answer.records).toHaveLength(120);
  expect(answer.records[0]?.properties).toEqual([{ property: 'stage', value: 'now', entries: [] }]);
});

test('times come in any of the ways in which HubSpot writes them, and all else may be missing', async () => {
  const at = Date.parse('2026-03-01T10:00:00.000Z');
  const times = ['2026-03-01T10:00:00.000Z', '2026-03-01T10:00:00Z', at, String(at)];
  const list = [
    ...times.map((timestamp) => ({ timestamp })),
    {
      timestamp: '2026-03-01T10:00:00.123456Z',
      value: 7,
      sourceType: 'API',
      sourceId: 12,
      sourceLabel: null,
      updatedByUserId: 9_000_011,
    },
  ];
  const { answer } = await ask(question(['1']), () => ({ json: { results: [withHistory('1', list)] } }));
  const bare = { value: '', at, sourceType: null, sourceId: null, sourceLabel: null, userId: null };
  expect(entriesOf(answer)).toEqual([
    ...times.map(() => bare),
    { value: '7', at: at + 123, sourceType: 'API', sourceId: '12', sourceLabel: null, userId: '9000011' },
  ]);
});

test('ids of users beyond 2^53 stay exact', async () => {
  const raw = JSON.stringify({
    results: [withHistory('1', [{ timestamp: '2026-03-01T10:00:00Z', updatedByUserId: 0 }])],
  }).replace('"updatedByUserId":0', '"updatedByUserId":9007199254740993');
  const { answer } = await ask(question(['1']), () => ({
    raw,
    headers: { 'content-type': 'application/json' },
  }));
  expect(entriesOf(answer)?.[0]?.userId).toBe('9007199254740993');
});

test.each([[[{ value: 'a' }]], [[{ timestamp: 'yesterday' }]], [['a']], ['a'], [[{ timestamp: 1e17 }]]])(
  'a record with the history %j fails alone',
  async (broken) => {
    const results = [withHistory('1', broken), withHistory('2', [])];
    const { answer } = await ask(question(['1', '2']), () => ({ json: { results } }));
    expect(answer.records.map(({ id }) => id)).toEqual(['2']);
    expect(answer.failed).toEqual([
      {
        id: '1',
        reason: "HubSpot's history of its property stage has an entry without a usable time.",
      },
    ]);
  },
);

test('an answer without any history is none, and is asked for again', async () => {
  let calls = 0;
  const { answer } = await ask(question(['1']), () => {
    calls += 1;
    return { json: { results: [calls === 1 ? record('1') : withHistory('1', [])] } };
  });
  expect(calls).toBe(2);
  expect(answer.records).toHaveLength(1);
});

test.each([
  ['2026-02-01T23:59:59.000Z', '2026-02-02T00:00:00.000Z', 2],
  ['2026-02-02T00:00:00.899Z', '2026-02-02T00:00:00.900Z', 2],
  // Without milliseconds, it may be the same version.
  ['2026-02-02T00:00:00Z', '2026-02-02T00:00:00.900Z', 1],
])('an answer of %s where %s is known is taken after %i calls', async (older, known, expected) => {
  let calls = 0;
  const updatedAt = Date.parse(known);
  const { answer } = await ask(question([], { records: [{ id: '1', updatedAt }] }), () => {
    calls += 1;
    return { json: { results: [withHistory('1', [], { updatedAt: calls === 1 ? older : known })] } };
  });
  expect(calls).toBe(expected);
  expect(answer.failed).toEqual([]);
});

test('what is not there, or has become another record, is missing', async () => {
  const errors = [{ status: 'error', category: 'OBJECT_NOT_FOUND', context: { ids: ['2'] } }];
  const { answer } = await ask(question(['1', '2', '3']), ({ method, body }) => {
    if (method === 'GET') return { json: record('9') };
    if (body.inputs.some(({ id }) => id === '9')) return { json: { results: [withHistory('9', [])] } };
    return { status: 207, json: { results: [withHistory('1', [])], errors } };
  });
  expect(answer.records.map(({ id }) => id)).toEqual(['1']);
  expect(answer.missing.toSorted()).toEqual(['2', '3']);
  expect(answer.failed).toEqual([]);
});

test('a record that HubSpot fails at does not spoil the others', async () => {
  const { answer } = await ask(question(upTo(8)), ({ body }) => {
    const ids = body.inputs.map(({ id }) => id);
    if (ids.includes('5')) return { status: 500, json: { message: 'internal error' } };
    return { json: { results: ids.map((id) => withHistory(id, [])) } };
  });
  expect(answer.records).toHaveLength(7);
  expect(answer.failed.map(({ id }) => id)).toEqual(['5']);
});
