import { expect, test } from 'vitest';
import { fakeServer } from './fake-server.ts';
import { allPages, contacts, idsOf, never, openTestHubspot, record } from './open-test-hubspot.ts';

test('a full scan follows the cursor to the end, and every page says where to go on', async () => {
  const server = await fakeServer(({ query }) =>
    query.get('after') === null
      ? {
          json: {
            results: [record('1'), record('2')],
            paging: { next: { after: 'x', link: 'http://evil.test' } },
          },
        }
      : { json: { results: [record('3', { email: 'a@b.c' })] } },
  );
  const hubspot = openTestHubspot({ baseUrl: server.url });
  const pages = await allPages(hubspot.read(contacts, ['email', 'phone'], { kind: 'all' }, never));
  expect(idsOf(pages)).toEqual(['1', '2', '3']);
  expect(pages.map((page) => page.last)).toEqual([false, true]);
  expect(pages[1]?.records[0]?.values).toEqual(['a@b.c', null]);
  const rest = hubspot.read(contacts, [], { kind: 'all', position: pages[0]?.position ?? '' }, never);
  expect(idsOf(await allPages(rest))).toEqual(['3']);
});
