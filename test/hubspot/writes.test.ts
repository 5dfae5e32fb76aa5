import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { allowedRoute } from '../../src/hubspot/allow-list.ts';
import { openTransport, type Transport } from '../../src/hubspot/transport.ts';
import { fakeServer } from './fake-server.ts';
import { never, testKey } from './open-test-hubspot.ts';

const specs =
  process.env['KEYWAY_HUBSPOT_SPECS'] ?? resolve(import.meta.dirname, '../../../shared/hubspot/specs');
if (!existsSync(specs))
  process.stderr.write(`The OpenAPI documents are not in ${specs}: their writes are not tried.\n`);

interface Operation {
  readonly method: string;
  readonly template: string;
}

function operations(): Operation[] {
  const files = readdirSync(specs).filter((name) => name.endsWith('.json') && !name.startsWith('_'));
  return files.flatMap((name) => {
    const { paths = {} } = JSON.parse(readFileSync(resolve(specs, name), 'utf8')) as {
      paths?: Record<string, object>;
    };
    return Object.entries(paths).flatMap(([template, operations]) =>
      ['get', 'post', 'put', 'patch', 'delete']
        .filter((method) => method in operations)
        .map((method) => ({ method: method.toUpperCase(), template })),
    );
  });
}

/** By what the document calls it: questions that are long, and so are asked with POST. */
const isRead = ({ method, template }: Operation): boolean =>
  method === 'GET' || (method === 'POST' && /\/(batch\/read|search)$/.test(template));

/** What somebody might put, or get, into a path. */
const values = [
  '123',
  'contacts',
  '0-1',
  'p1_car',
  'batch',
  'read',
  'search',
  'labels',
  'batch/read',
  'memberships',
  'details',
  '..',
  '.',
  '../..',
  '%2e%2e',
  '..%2f..',
  '%2F',
  '%252f',
  'a%00b',
  '%ff',
  'contacts?x=',
  'contacts#',
  'contacts;x',
  'contacts\\read',
  'contacts//',
  ' contacts',
  'contacts\n',
  'contacts\r\nx: y',
  'contacts／read',
  'ｃontacts',
  'é',
  '\u202e',
  '\u0000',
  'a'.repeat(200),
  '*',
  '{object}',
  '@evil.test',
  'http:',
];

function filledIn(template: string): string[] {
  const names = template.match(/\{[^}]*\}/g) ?? [];
  if (names.length === 0) return [template];
  const usual = (name: string): string => (/id\}$/i.test(name) ? '123' : 'contacts');
  const alike = values.map((value) => template.replaceAll(/\{[^}]*\}/g, value));
  const oneOdd = names.flatMap((odd) =>
    values.map((value) => template.replaceAll(/\{[^}]*\}/g, (name) => (name === odd ? value : usual(name)))),
  );
  return [...new Set([...alike, ...oneOdd])];
}

const writes = existsSync(specs) ? operations().filter((operation) => !isRead(operation)) : [];

async function trapped(): Promise<{ transport: Transport; seen: readonly unknown[] }> {
  const { url, seen } = await fakeServer(() => ({ json: {} }));
  const timeouts = { connect: 1000, headers: 1000, body: 1000, total: 1000 };
  const transport = openTransport({ baseUrl: url, timeouts });
  onTestFinished(() => transport.close());
  return { transport, seen };
}

test.skipIf(writes.length === 0)(
  'every write of HubSpot’s documents, with hostile values in its path, is refused before it leaves the process',
  async () => {
    const { transport, seen } = await trapped();
    expect(writes.length).toBeGreaterThan(180);
    const tried = writes.flatMap(({ method, template }) =>
      filledIn(template).map((path) => ({ method, path })),
    );
    expect(tried.length).toBeGreaterThan(5000);
    const passed: string[] = [];
    for (const { method, path } of tried) {
      const outgoing = { method: method as 'POST', path, search: '', key: testKey, body: '{}' };
      const code = await transport.send(outgoing, never).then(
        () => 'sent',
        (error: { code?: string }) => error.code,
      );
      if (code !== 'request_not_allowed') passed.push(`${method} ${path}: ${code}`);
    }
    expect(passed).toEqual([]);
    expect(seen).toEqual([]);
  },
);

test.each(['/batch/archive', '?x#y', '#', ' ', '?a b', '?a\r\nx: y', '?é', '/../batch/archive?x'])(
  'what stands behind the path can only be a query: %j',
  async (search) => {
    const { transport, seen } = await trapped();
    const outgoing = { method: 'GET', path: '/crm/objects/2026-09/contacts', search, key: testKey } as const;
    await expect(transport.send(outgoing, never)).rejects.toMatchObject({ code: 'request_not_allowed' });
    expect(seen).toEqual([]);
  },
);

const readPaths = [
  '/crm/objects/2026-09/contacts/batch/read',
  '/crm/objects/2026-09/contacts/search',
  '/crm/objects/2026-09/contacts',
  '/crm/lists/2026-09/search',
  '/oauth/v2/private-apps/get/access-token-info',
  '/crm/lists/2026-09/17/memberships',
];
const piece = fc.oneof(fc.constantFrom(...values), fc.string({ maxLength: 4, unit: 'binary' }));
const mutated = fc
  .tuple(fc.constantFrom(...readPaths), fc.nat(60), fc.nat(12), piece)
  .map(([path, at, cut, put]) => path.slice(0, at) + put + path.slice(at + cut));
const assembled = fc.array(piece, { maxLength: 8 }).map((pieces) => `/crm/${pieces.join('/')}`);
const method = fc.constantFrom(
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'get',
  'post',
  'POST ',
  'GET\n',
);

test('whatever gets past the list, however it is put together, is a read by name that no server can read otherwise', () => {
  let allowed = 0;
  const last = /\/(batch\/read|search|access-token-info)$/;
  fc.assert(
    fc.property(method, fc.oneof(mutated, assembled, fc.constantFrom(...readPaths)), (method, path) => {
      try {
        allowedRoute(method, path);
      } catch (error) {
        expect(error).toMatchObject({ code: 'request_not_allowed' });
        return;
      }
      allowed += 1;
      expect(['GET', 'POST']).toContain(method);
      if (method === 'POST') expect(path).toMatch(last);
      expect(path).toMatch(/^\/[A-Za-z0-9_/-]+$/);
      expect(new URL(path, 'https://api.hubapi.com').href).toBe(`https://api.hubapi.com${path}`);
    }),
    { numRuns: 5000 },
  );
  expect(allowed).toBeGreaterThan(100);
});
