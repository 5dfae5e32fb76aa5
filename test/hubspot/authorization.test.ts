import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Hubspot } from '../../src/hubspot/index.ts';
import { fakeServer, type FakeServer, type Reply } from './fake-server.ts';
import { allPages, contacts, never, openTestHubspot, testKey } from './open-test-hubspot.ts';

/** Every kind of question that is asked of HubSpot. */
const questions: Readonly<Record<string, (hubspot: Hubspot) => Promise<unknown>>> = {
  account: (hubspot) => hubspot.account(never),
  scopes: (hubspot) => hubspot.scopes(never),
  list: (hubspot) => allPages(hubspot.read(contacts, ['email'], { kind: 'all' }, never)),
  search: (hubspot) =>
    allPages(hubspot.read(contacts, ['email'], { kind: 'changes', from: 0, until: 9e12 }, never)),
  'batch read': (hubspot) =>
    allPages(hubspot.read(contacts, ['email'], { kind: 'ids', ids: ['1', '2', '3', '4', '5'] }, never)),
  links: (hubspot) => hubspot.links({ from: 'contacts', to: 'companies' }, ['1', '2'], never),
  owners: (hubspot) => hubspot.owners(never),
  lists: (hubspot) => hubspot.lists(['1'], never),
};

/** Where a redirect may lead, from a server to a trap. */
const places: Readonly<Record<string, (from: FakeServer, trap: FakeServer) => string>> = {
  'another port': (_, trap) => `${trap.url}/crm`,
  'another port, without a scheme': (_, trap) => `${trap.url.replace('http:', '')}/crm`,
  'the same host by https': (from) => `${from.url.replace('http:', 'https:')}/crm`,
  'the same place': (from) => `${from.url}/crm/objects/2026-09/contacts`,
  'another path': () => '/crm/objects/2026-09/deals',
  'with a user': (_, trap) => trap.url.replace('http://', `http://${testKey}@`),
  'nowhere at all': () => 'nonsense://',
};

const statuses = [300, 301, 302, 303, 307, 308];

describe('a redirect', () => {
  test.each(statuses.flatMap((status) => Object.keys(places).map((place) => [status, place] as const)))(
    'by %i to %s is followed by no request, whatever was asked',
    async (status, place) => {
      const trap = await fakeServer(() => ({ json: { results: [] } }));
      let location = '';
      const server = await fakeServer(() => ({ status, raw: '', headers: { location } }));
      location = places[place]?.(server, trap) ?? '';
      for (const ask of Object.values(questions)) {
        const before = server.seen.length;
        const hubspot = openTestHubspot({ baseUrl: server.url });
        // Only the scopes may be unknown.
        const answer = await ask(hubspot).catch((error: unknown) => error);
        if (answer !== undefined)
          expect(answer).toMatchObject({ code: 'hubspot_bad_answer', verdict: 'stop' });
        expect(server.seen.length - before).toBe(1);
      }
      expect(trap.seen).toEqual([]);
    },
  );
});

test('no link in an answer is followed: not of a next page, not of a record, not of an export', async () => {
  const trap = await fakeServer(() => ({ json: { results: [] } }));
  const url = `${trap.url}/download`;
  const record = {
    id: '1',
    url,
    properties: { hs_object_id: '1' },
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
  };
  const page = (after: string | undefined): Reply => ({
    json: {
      results: [{ ...record, id: after === undefined ? '2' : '1' }],
      ...(after === undefined ? {} : { paging: { next: { after, link: url } } }),
      total: 0,
      links: { next: url },
      result: url,
      status: 'COMPLETE',
    },
  });
  const server = await fakeServer(({ query }) => page(query.get('after') === null ? '2' : undefined));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  for (const ask of Object.values(questions)) await ask(hubspot).catch(() => undefined);
  expect(server.seen.length).toBeGreaterThan(8);
  expect(trap.seen).toEqual([]);
});

test('the key is in one header, and in the body of the one question for its own scopes', async () => {
  const server = await fakeServer(() => ({ json: { results: [], total: 0, scopes: [] } }));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  for (const ask of Object.values(questions)) await ask(hubspot).catch(() => undefined);
  for (const { method, path, query, headers, body } of server.seen) {
    const { authorization, ...others } = headers;
    expect(authorization).toBe(`Bearer ${testKey}`);
    expect(JSON.stringify([others, path, [...query]])).not.toContain(testKey);
    const isInBody = JSON.stringify(body).includes(testKey);
    expect([`${method} ${path}`, isInBody]).toEqual([
      `${method} ${path}`,
      path.endsWith('/access-token-info'),
    ]);
  }
  expect(server.seen.filter(({ body }) => body.tokenKey === testKey)).toHaveLength(1);
});

test('no other source than that question can put the key into a body', () => {
  const folder = resolve(import.meta.dirname, '../../src');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const naming = files.filter((file) => readFileSync(resolve(folder, file), 'utf8').includes('bodyFromKey'));
  expect(naming.toSorted()).toEqual(['hubspot/api-request.ts', 'hubspot/ask.ts', 'hubspot/scopes.ts']);
});
