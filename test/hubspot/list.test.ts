import { expect, test } from 'vitest';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { allPages, contacts, idsOf, never, openTestHubspot, record } from './open-test-hubspot.ts';

const next = (after: string) => ({ paging: { next: { after, link: 'http://127.0.0.1:1/evil' } } });
const page = (ids: readonly string[], after?: string): Reply => ({
  json: { results: ids.map((id) => record(id)), ...(after === undefined ? {} : next(after)) },
});

async function reading(answer: (seen: Seen, nth: number) => Reply) {
  const server = await fakeServer(answer);
  return { server, hubspot: openTestHubspot({ baseUrl: server.url }) };
}

test('a full scan follows the cursor to the end, and every page says where to go on', async () => {
  const { hubspot, server } = await reading(({ query }) =>
    query.get('after') === null ? page(['1', '2'], 'x') : page(['3']),
  );
  const pages = await allPages(hubspot.read(contacts, ['email', 'phone'], { kind: 'all' }, never));
  expect(idsOf(pages)).toEqual(['1', '2', '3']);
  expect(pages.map(({ last }) => last)).toEqual([false, true]);
  expect(server.seen[0]?.query.get('limit')).toBe('100');
  expect(server.seen[0]?.query.get('properties')).toBe('email,phone');
  const rest = hubspot.read(contacts, [], { kind: 'all', position: pages[0]?.position ?? '' }, never);
  expect(idsOf(await allPages(rest))).toEqual(['3']);
});

test('an object without records gives one empty last page', async () => {
  const { hubspot } = await reading(() => page([]));
  const pages = await allPages(hubspot.read(contacts, [], { kind: 'all' }, never));
  expect(pages).toEqual([
    { records: [], missing: [], merged: [], failed: [], position: pages[0]?.position, last: true },
  ]);
});

test('a short or empty page with a next cursor ends nothing', async () => {
  const answers = [page(['1'], 'a'), page([], 'b'), page([], 'c'), page(['7'])];
  const { hubspot } = await reading((_seen, nth) => answers[nth - 1] ?? page([]));
  expect(idsOf(await allPages(hubspot.read(contacts, [], { kind: 'all' }, never)))).toEqual(['1', '7']);
});

test('ids are ordered as numbers, beyond 2^53 too', async () => {
  const ids = ['9', '10', '9007199254740992', '9007199254740993'];
  const { hubspot } = await reading(() => page(ids.toReversed()));
  expect(idsOf(await allPages(hubspot.read(contacts, [], { kind: 'all' }, never)))).toEqual(ids);
});

test.each([
  ['points to itself', () => page([], 'a')],
  ['leads in a circle of empty pages', ({ query }: Seen) => page([], query.get('after') === 'a' ? 'b' : 'a')],
])('a cursor that %s is asked once more, then given up', async (_what, answer) => {
  const { hubspot, server } = await reading(answer);
  const scan = allPages(hubspot.read(contacts, [], { kind: 'all' }, never));
  await expect(scan).rejects.toMatchObject({ code: 'hubspot_bad_answer', verdict: 'skip' });
  expect(server.seen.length).toBeLessThan(6);
});

test('a page whose ids do not ascend from the page before is asked again', async () => {
  const answers = [page(['5'], 'x'), page(['4', '6']), page(['6'])];
  const { hubspot } = await reading((_seen, nth) => answers[nth - 1] ?? page([]));
  expect(idsOf(await allPages(hubspot.read(contacts, [], { kind: 'all' }, never)))).toEqual(['5', '6']);
});

test('a row that comes twice in a page is given once, at its newest version', async () => {
  const older = record('1', { email: 'old' }, { updatedAt: '2026-01-31T23:59:59Z' });
  const { hubspot } = await reading(() => ({
    json: { results: [record('1', { email: 'new' }), record('2'), older] },
  }));
  const pages = await allPages(hubspot.read(contacts, ['email'], { kind: 'all' }, never));
  expect(idsOf(pages)).toEqual(['1', '2']);
  expect(pages[0]?.records[0]?.values).toEqual(['new']);
});

test.each([
  ['begins with the last row of the one before', page(['2', '3'])],
  ['holds nothing but rows of the one before', page(['1', '2'], 'y')],
])('a page that %s is no circle', async (_what, second) => {
  const answers = [page(['1', '2'], 'x'), second, page(['3'])];
  const { hubspot, server } = await reading((_seen, nth) => answers[nth - 1] ?? page([]));
  expect(idsOf(await allPages(hubspot.read(contacts, [], { kind: 'all' }, never)))).toEqual(['1', '2', '3']);
  expect(server.seen.length).toBeLessThanOrEqual(3);
});

test.each<[string, Readonly<Record<string, string[]>>]>([
  ['the first page', { x: ['1', '2'], y: ['3', '4'] }],
  ['a page that has been read long since', { x: ['3', '4'], y: ['5', '6'], z: ['1', '2'] }],
])('pages full of rows that lead back to %s end in an error', async (_what, rest) => {
  const cursors = Object.keys(rest);
  const { hubspot, server } = await reading(({ query }) => {
    const at = cursors.indexOf(query.get('after') ?? '');
    return page(rest[cursors[at] ?? ''] ?? ['1', '2'], cursors[(at + 1) % cursors.length]);
  });
  const scan = allPages(hubspot.read(contacts, [], { kind: 'all' }, never));
  await expect(scan).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
  expect(server.seen.length).toBeLessThan(15);
});

test('a position whose cursor has expired starts the scan over', async () => {
  const { hubspot } = await reading(({ query }) =>
    query.get('after') === 'old' ? { status: 400, json: { message: 'bad cursor' } } : page(['1']),
  );
  const position = JSON.stringify({ after: 'old' });
  expect(idsOf(await allPages(hubspot.read(contacts, [], { kind: 'all', position }, never)))).toEqual(['1']);
});

test('a position that another source wrote is refused', async () => {
  const { hubspot } = await reading(() => page([]));
  const scan = allPages(hubspot.read(contacts, [], { kind: 'all', position: '17' }, never));
  await expect(scan).rejects.toMatchObject({ code: 'internal' });
});

test('the recycle bin is asked for by itself, and each record says since when it is there', async () => {
  const archivedAt = '2026-03-01T00:00:00Z';
  const { hubspot } = await reading(({ query }) => ({
    json: {
      results: [query.get('archived') === 'true' ? record('1', {}, { archived: true, archivedAt }) : null],
    },
  }));
  const pages = await allPages(hubspot.read(contacts, [], { kind: 'archived' }, never));
  expect(pages[0]?.records[0]).toMatchObject({ id: '1', archived: true, archivedAt });
});

test.each([
  ['a living record', record('1')],
  ['a record without the time', record('1', {}, { archived: true })],
])('%s in the recycle bin makes the answer a bad one', async (_what, result) => {
  const { hubspot } = await reading(() => ({ json: { results: [result] } }));
  const scan = allPages(hubspot.read(contacts, [], { kind: 'archived' }, never));
  await expect(scan).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
});

const many = Array.from({ length: 400 }, (_, n) => `a_property_with_quite_a_long_name_${n}`);

function tooManyForUrl(archived: 'true' | null, gone: readonly string[]) {
  return ({ method, query, body, path }: Seen): Reply => {
    if (method === 'GET' && /\/\d+$/.test(path))
      return { status: 404, json: { message: 'resource not found' } };
    if (method === 'GET') {
      expect(query.get('properties')).toBe('hs_object_id');
      return query.get('after') === null ? page(['1', '2'], 'x') : page(['3']);
    }
    expect(query.get('archived')).toBe(archived);
    expect(body.properties).toEqual(many);
    const found = body.inputs
      .filter(({ id }) => !gone.includes(id))
      .map(({ id }) => record(id, { [many[0] ?? '']: `v${id}` }));
    return { status: 207, json: { results: found.toReversed(), errors: [] } };
  };
}

test('with more properties than a URL can carry, ids are listed and values are read in batches, in order', async () => {
  const { hubspot } = await reading(tooManyForUrl(null, ['2']));
  const pages = await allPages(hubspot.read(contacts, many, { kind: 'all' }, never));
  expect(idsOf(pages)).toEqual(['1', '3']);
  expect(pages[0]).toMatchObject({ missing: ['2'], last: false });
  expect(pages[1]?.records[0]?.values[0]).toBe('v3');
});

test.each([414, 524])(
  'a page that is too much to be listed (%i) is read by smaller and smaller batches',
  async (status) => {
    const { hubspot } = await reading(({ method, query, body }) => {
      const heavy =
        method === 'GET'
          ? query.get('properties') !== 'hs_object_id' && query.get('after') === 'x'
          : body.inputs.length > 1;
      if (heavy) return { status, raw: '<html>' };
      if (method === 'POST') return page(body.inputs.map(({ id }) => id));
      return query.get('after') === null ? page(['1', '2'], 'x') : page(['3', '4', '5']);
    });
    const pages = await allPages(hubspot.read(contacts, ['email'], { kind: 'all' }, never));
    expect(idsOf(pages)).toEqual(['1', '2', '3', '4', '5']);
  },
);

test('no page is fetched further ahead than allowed, and leaving the loop ends what is under way', async () => {
  const { hubspot, server } = await reading((_seen, nth) => page([String(nth)], `after ${nth}`));
  for await (const one of hubspot.read(contacts, [], { kind: 'all' }, never)) {
    if (one.records[0]?.id === '3') break;
  }
  const fetched = server.seen.length;
  expect(fetched).toBeLessThanOrEqual(3 + 5);
  await hubspot.probe('contacts', never);
  expect(server.seen).toHaveLength(fetched + 1);
});

test('leaving the loop does not wait for answers that never come', async () => {
  const { hubspot } = await reading((_seen, nth) =>
    nth <= 2 ? page([String(nth)], `${nth}`) : { act: () => undefined },
  );
  for await (const one of hubspot.read(contacts, [], { kind: 'all' }, never)) {
    if (one.records[0]?.id === '2') break;
  }
});
