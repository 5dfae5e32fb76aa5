import { expect, test } from 'vitest';
import type { MemberPage } from '../../src/dictionaries.ts';
import { fakeServer, type Reply, type Seen } from './fake-server.ts';
import { never, openTestHubspot } from './open-test-hubspot.ts';

async function open(answer: (seen: Seen, nth: number) => Reply) {
  const server = await fakeServer(answer);
  return { hubspot: openTestHubspot({ baseUrl: server.url }), seen: server.seen };
}

const list = (n: number): object => ({ listId: String(n), name: `List ${n}`, objectTypeId: '0-1' });
const span = (from: number, to: number): object[] =>
  Array.from({ length: to - from }, (_, i) => list(from + i));

test('lists are all pages of a search, which overlap', async () => {
  const { hubspot, seen } = await open(({ body: { offset, count } }) => {
    const lists = span(offset, Math.min(offset + count, 620));
    const next = offset + lists.length;
    return { json: { lists, hasMore: next < 620, offset: next, total: 620 } };
  });
  const search = await hubspot.lists(undefined, never);
  expect(search).toMatchObject({ whole: true });
  expect(new Set(search.lists.map(({ id }) => id)).size).toBe(620);
  expect(seen.map(({ body }) => body.offset)).toEqual([0, 490]);
  expect(seen[0]?.body).toMatchObject({ query: '', listIds: [], processingTypes: [], count: 500 });
});

test('what a search says of members is text, and absent where there is nothing to say', async () => {
  const additionalProperties = { hs_list_size: '3', hs_last_record_added_at: '1760000000000' };
  const lists = [{ ...list(1), additionalProperties, deletedAt: '2026-01-01T00:00:00Z', news: 1 }, list(2)];
  const { hubspot } = await open(() => ({ json: { lists, hasMore: false, offset: 2, total: 2 } }));
  expect((await hubspot.lists(undefined, never)).lists).toMatchObject([
    { size: '3', lastAddedAt: '1760000000000', lastRemovedAt: null, deletedAt: '2026-01-01T00:00:00Z' },
    { size: null, lastAddedAt: null, lastRemovedAt: null, deletedAt: null, processingType: null },
  ]);
});

test('a search that does not add up is tried again, and says so if it never does', async () => {
  const { hubspot, seen } = await open(() => ({
    json: { lists: span(1, 4), hasMore: false, offset: 3, total: 4 },
  }));
  const search = await hubspot.lists(undefined, never);
  expect(search.whole).toBe(false);
  expect(search.lists).toHaveLength(3);
  expect(seen).toHaveLength(3);
});

test('pages of lists that lead nowhere are an error', async () => {
  const { hubspot } = await open(() => ({ json: { lists: [], hasMore: true, offset: 0, total: 4 } }));
  await expect(hubspot.lists(undefined, never)).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
});

const member = (recordId: string): object => ({ recordId, membershipTimestamp: '2026-01-01T00:00:00Z' });
const page = (after: string | undefined, ...ids: string[]): Reply => ({
  json: { results: ids.map(member), ...(after && { paging: { next: { after } } }) },
});

async function pagesOf(members: AsyncIterable<MemberPage>): Promise<readonly object[]> {
  const pages = await Array.fromAsync(members);
  return pages.map(({ members, after, upTo, last }) => [
    members.map(({ recordId }) => recordId),
    after,
    upTo,
    last,
  ]);
}

test('members come page by page, each with the range of ids that it is all of', async () => {
  const large = '9007199254740993';
  const { hubspot, seen } = await open(({ query }) => {
    const after = query.get('after');
    if (after === null) return page('a', '3', '20');
    if (after === 'a') return page('b');
    // The end of the page before comes again.
    return page(undefined, '20', large);
  });
  expect(await pagesOf(hubspot.listMembers('7', undefined, never))).toEqual([
    [['3', '20'], '0', '20', false],
    [[], '20', '20', false],
    [[large], '20', large, true],
  ]);
  expect(seen[0]?.query.get('limit')).toBe('250');
});

test('members that do not ascend from page to page are an error', async () => {
  const { hubspot } = await open(({ query }) =>
    query.get('after') === null ? page('a', '3', '20') : page(undefined, '4'),
  );
  await expect(pagesOf(hubspot.listMembers('7', undefined, never))).rejects.toMatchObject({
    code: 'hubspot_bad_answer',
  });
});

test('members go on from a position, or from the start where it has expired', async () => {
  let expired = false;
  const { hubspot } = await open(({ query }) => {
    const after = query.get('after');
    if (after === null) return page('a', '3', '20');
    return expired ? { status: 400, json: { message: 'expired' } } : page(undefined, '21');
  });
  const [first] = await Array.fromAsync(hubspot.listMembers('7', undefined, never));
  expect(await pagesOf(hubspot.listMembers('7', first?.position, never))).toEqual([
    [['21'], '20', '21', true],
  ]);
  expired = true;
  const pages = hubspot.listMembers('7', first?.position, never)[Symbol.asyncIterator]();
  expect((await pages.next()).value).toMatchObject({ after: '0', upTo: '20' });
});

test('members go on from a position whose last row comes again, and from the start where rows before it do', async () => {
  let again = '20';
  const { hubspot, seen } = await open(({ query }) =>
    query.get('after') === null ? page('a', '3', '20') : page(undefined, again, '21'),
  );
  const [first] = await Array.fromAsync(hubspot.listMembers('7', undefined, never));
  expect(await pagesOf(hubspot.listMembers('7', first?.position, never))).toEqual([
    [['21'], '20', '21', true],
  ]);
  again = '4';
  const pages = hubspot.listMembers('7', first?.position, never)[Symbol.asyncIterator]();
  expect((await pages.next()).value).toMatchObject({ after: '0', upTo: '20' });
  expect(seen.at(-1)?.query.get('after')).toBeNull();
});
