import { expect, test } from 'vitest';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { allPages, contacts, idsOf, never, openTestHubspot, record } from './open-test-hubspot.ts';

const notFound: Reply = { status: 404, json: { message: 'resource not found' } };

async function read(ids: readonly string[], answer: (seen: Seen, nth: number) => Reply) {
  const server = await fakeServer(answer);
  const hubspot = openTestHubspot({ baseUrl: server.url });
  const scan = hubspot.read(contacts, ['email'], { kind: 'ids', ids }, never);
  return { pages: await allPages(scan), seen: server.seen };
}

const found = (ids: readonly string[]): Reply => ({
  json: { status: 'COMPLETE', results: ids.map((id) => record(id)) },
});
const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n + 1));

test('ids are read a hundred at a time and given back in the order asked for, once each', async () => {
  const ids = [...upTo(250).reverse(), '7'];
  const { pages, seen } = await read(ids, ({ body }) => found(body.inputs.map(({ id }) => id).sort()));
  expect(idsOf(pages)).toEqual(upTo(250).reverse());
  expect(seen.map(({ body }) => body.inputs.length)).toEqual([100, 100, 50]);
  expect(pages.map(({ last }) => last)).toEqual([false, false, true]);
});

test('no ids at all give one empty last page and no request', async () => {
  const { pages, seen } = await read([], () => found([]));
  expect(pages).toEqual([{ records: [], missing: [], merged: [], failed: [], position: '', last: true }]);
  expect(seen).toEqual([]);
});

test('207 is a success with gaps: what HubSpot reports as not found is missing', async () => {
  const errors = [{ status: 'error', category: 'OBJECT_NOT_FOUND', context: { ids: ['2'] } }];
  const { pages, seen } = await read(['1', '2'], () => ({
    status: 207,
    json: { results: [record('1')], errors },
  }));
  expect(idsOf(pages)).toEqual(['1']);
  expect(pages[0]?.missing).toEqual(['2']);
  expect(seen).toHaveLength(1);
});

test('an id that is silently left out is looked up: gone, merged into another, or merely forgotten', async () => {
  const singles: Record<string, Reply> = {
    '2': notFound,
    '3': { json: record('90') },
    '4': { json: record('1') },
    '5': { json: record('5') },
  };
  const { pages } = await read(['1', '2', '3', '4', '5'], ({ method, path, body }) => {
    if (method === 'GET') return singles[path.split('/').at(-1) ?? ''] ?? notFound;
    return found(body.inputs.length === 5 ? ['1'] : body.inputs.map(({ id }) => id));
  });
  expect(idsOf(pages)).toEqual(['1', '5', '90']);
  expect(pages[0]?.missing).toEqual(['2']);
  expect(pages[0]?.merged).toEqual([
    { id: '3', into: '90' },
    { id: '4', into: '1' },
  ]);
});

test('an old id that is answered with the record it was merged into is a merge', async () => {
  const { pages } = await read(['3'], ({ method }) =>
    method === 'GET' ? { json: record('90') } : found(['90']),
  );
  expect(pages[0]).toMatchObject({ missing: [], merged: [{ id: '3', into: '90' }] });
  expect(idsOf(pages)).toEqual(['90']);
});

test('a record that exists is asked for again when a second batch leaves it out too', async () => {
  const left = [['2'], ['2'], []];
  const { pages, seen } = await read(upTo(4), ({ method, path, body }, nth) => {
    if (method === 'GET') return { json: record(path.split('/').at(-1) ?? '') };
    const out = nth === 1 ? ['1', '2', '3'] : (left[nth - 5] ?? []);
    return found(body.inputs.map(({ id }) => id).filter((id) => !out.includes(id)));
  });
  expect(idsOf(pages)).toEqual(upTo(4));
  expect(pages[0]?.missing).toEqual([]);
  expect(seen).toHaveLength(7);
});

test('a record that exists but that no batch gives has failed, and is no missing one', async () => {
  const { pages } = await read(['1', '2'], ({ method, body }) =>
    method === 'GET'
      ? { json: record('1') }
      : found(body.inputs.map(({ id }) => id).filter((id) => id !== '1')),
  );
  expect(idsOf(pages)).toEqual(['2']);
  expect(pages[0]).toMatchObject({ missing: [], merged: [], failed: [{ id: '1' }] });
});

test('a record that HubSpot fails at, whatever comes with it, has failed, and the others are read', async () => {
  const { pages } = await read(upTo(100), ({ body }) => {
    const ids = body.inputs.map(({ id }) => id);
    return ids.includes('42') || ids.includes('43') ? { status: 502, raw: '<html>' } : found(ids);
  });
  expect(idsOf(pages)).toEqual(upTo(100).filter((id) => id !== '42' && id !== '43'));
  expect(pages[0]?.missing).toEqual([]);
  expect(pages[0]?.failed).toMatchObject([
    { id: '42', reason: expect.stringContaining('502') as string },
    { id: '43', reason: expect.stringContaining('502') as string },
  ]);
});

test('a record that HubSpot refuses although it has it has failed', async () => {
  const { pages } = await read(upTo(10), ({ method, body }) => {
    if (method === 'GET') return { json: record('7') };
    const ids = body.inputs.map(({ id }) => id);
    return ids.includes('7') ? { status: 400, json: { message: 'cannot be shown' } } : found(ids);
  });
  expect(idsOf(pages)).toEqual(upTo(10).filter((id) => id !== '7'));
  expect(pages[0]?.failed).toMatchObject([
    { id: '7', reason: expect.stringContaining('cannot be shown') as string },
  ]);
});

test.each([500, 502])('when HubSpot fails at every record (%i), it is not the records', async (status) => {
  let calls = 0;
  const reading = read(upTo(100), () => {
    calls += 1;
    return { status, raw: '<html>' };
  });
  await expect(reading).rejects.toMatchObject({ code: 'hubspot_unavailable', verdict: 'retry' });
  expect(calls).toBeLessThan(80);
});

test.each([500, 400])(
  'ids at all of which HubSpot fails (%i) have failed if it gives another one',
  async (status) => {
    const { pages } = await read(upTo(10), ({ method, path, body }) => {
      if (method === 'GET')
        return path.includes('contacts/') ? { json: record('1') } : found(['1', '2', '50']);
      const ids = body.inputs.map(({ id }) => id);
      return ids.includes('50') ? found(ids) : { status, json: { message: 'cannot be shown' } };
    });
    expect(idsOf(pages)).toEqual([]);
    expect(pages[0]).toMatchObject({ missing: [], failed: upTo(10).map((id) => ({ id })) });
  },
);

test('many that fail have failed, and the others are read', async () => {
  const { pages } = await read(upTo(100), ({ method, path, body }) => {
    if (method === 'GET') return { json: record(path.split('/').at(-1) ?? '') };
    return found(body.inputs.map(({ id }) => id).filter((id) => Number(id) % 8 !== 0));
  });
  expect(idsOf(pages)).toEqual(upTo(100).filter((id) => Number(id) % 8 !== 0));
  expect(pages[0]?.failed).toHaveLength(12);
});

test('an error of a batch that is not about missing records leaves no id unanswered', async () => {
  const errors = [{ status: 'error', category: 'INTERNAL', context: { ids: ['2'] } }];
  const { pages } = await read(['1', '2'], ({ method, body }) => {
    if (method === 'GET') return { json: record('2') };
    return body.inputs.length === 2
      ? { status: 207, json: { results: [record('1')], errors } }
      : found(['2']);
  });
  expect(idsOf(pages)).toEqual(['1', '2']);
});

test.each([413, 502, 504, 524])(
  'a batch that is answered with %i again and again is halved',
  async (status) => {
    const { pages } = await read(upTo(8), ({ body }) =>
      body.inputs.length > 2 ? { status, raw: '<html>' } : found(body.inputs.map(({ id }) => id)),
    );
    expect(idsOf(pages)).toEqual(upTo(8));
  },
);

test('one id that spoils its batch is isolated, and the others are read', async () => {
  const { pages, seen } = await read(upTo(100), ({ method, body }) => {
    if (method === 'GET') return notFound;
    const ids = body.inputs.map(({ id }) => id);
    return ids.includes('42') ? { status: 400, json: { message: 'invalid id' } } : found(ids);
  });
  expect(idsOf(pages)).toEqual(upTo(100).filter((id) => id !== '42'));
  expect(pages[0]?.missing).toEqual(['42']);
  expect(seen.length).toBeLessThan(20);
});

test('a batch that HubSpot refuses whatever its ids is an error after few requests', async () => {
  let calls = 0;
  const reading = read(upTo(100), ({ method }) => {
    calls += 1;
    return method === 'GET' ? notFound : { status: 400, json: { message: 'no such property' } };
  });
  await expect(reading).rejects.toMatchObject({ code: 'hubspot_bad_request', verdict: 'skip' });
  expect(calls).toBeLessThan(20);
});

test('a record that no scope allows is skipped with its reason', async () => {
  const reading = read(['1'], () => ({ status: 403, json: { category: 'MISSING_SCOPES' } }));
  await expect(reading).rejects.toMatchObject({ code: 'scope_missing', verdict: 'skip' });
});

test('a record that a single read gives is no missing one, whatever the batch says of it', async () => {
  const { pages } = await read(['3'], ({ method }) =>
    method === 'GET'
      ? { json: record('90') }
      : {
          status: 207,
          json: {
            results: [],
            errors: [{ status: 'error', category: 'OBJECT_NOT_FOUND', context: { ids: ['90'] } }],
          },
        },
  );
  expect(pages[0]).toMatchObject({ records: [], missing: [], merged: [], failed: [{ id: '3' }] });
});
