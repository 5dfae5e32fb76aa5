import { expect, test } from 'vitest';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { allPages, contacts, idsOf, never, openTestHubspot, record } from './open-test-hubspot.ts';

const scan = { kind: 'changes', from: 0, until: 9_000_000 } as const;

/** An index over records 1 to `count`, all of them changed in the window, and a store without those that are `gone`. */
function account(count: number, gone: readonly string[] = []) {
  return ({ path, body, method }: Seen): Reply => {
    if (method === 'GET') return { status: 404, json: {} };
    if (!path.endsWith('/search')) {
      const found = body.inputs.filter(({ id }) => !gone.includes(id));
      return { status: 207, json: { results: found.map(({ id }) => record(id, { email: `${id}@store` })) } };
    }
    const above = Number(body.filterGroups[0]?.filters[2]?.value);
    const ids = Array.from({ length: count }, (_, n) => n + 1).filter((id) => id > above);
    const results = ids.slice(0, body.limit).map((id) => record(String(id), { email: 'old@index' }));
    return { json: { total: ids.length, results, paging: { next: { after: '200' } } } };
  };
}

async function read(answer: (seen: Seen) => Reply, position?: string) {
  const server = await fakeServer(answer);
  const hubspot = openTestHubspot({ baseUrl: server.url });
  const asked = position === undefined ? scan : { ...scan, position };
  const pages = await allPages(hubspot.read(contacts, ['email'], asked, never));
  return { pages, searches: server.seen.filter(({ path }) => path.endsWith('/search')) };
}

test('a search asks for ids by closed window and last id, never by offset, and not from the epoch on', async () => {
  const { searches } = await read(account(250));
  expect(searches.map(({ body }) => body)).toEqual(
    ['0', '190'].map((above) => ({
      filterGroups: [
        {
          filters: [
            { propertyName: 'lastmodifieddate', operator: 'GTE', value: '1000' },
            { propertyName: 'lastmodifieddate', operator: 'LT', value: '9000000' },
            { propertyName: 'hs_object_id', operator: 'GT', value: above },
          ],
        },
      ],
      sorts: [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }],
      properties: ['hs_object_id'],
      limit: 200,
    })),
  );
});

test('values are those of the store, and what the store no longer has is missing', async () => {
  const { pages } = await read(account(250, ['7', '249']));
  expect(pages.map(({ records, missing, last }) => [records.length, missing, last])).toEqual([
    [199, ['7'], false],
    [49, ['249'], true],
  ]);
  expect(pages[0]?.records[0]?.values).toEqual(['1@store']);
});

test('a scan goes on from the position of its last page', async () => {
  const { pages } = await read(account(450));
  const rest = await read(account(450), pages[0]?.position);
  expect(idsOf(rest.pages).slice(10)).toEqual(idsOf(pages.slice(1)));
});

test('nothing changed gives one empty last page', async () => {
  const { pages } = await read(account(0));
  expect(pages).toMatchObject([{ records: [], missing: [], last: true }]);
});

test.each([{ results: [] }, { total: '3', results: [] }, { total: 3, results: [] }, { total: 3 }])(
  'a search that answers %j is no empty one',
  async (json) => {
    await expect(read(() => ({ json }))).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
  },
);
