import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fakeServer, type Reply } from './fake-server.ts';
import { allPages, contacts, idsOf, never, openTestHubspot, record } from './open-test-hubspot.ts';

const page = JSON.stringify({ results: [record('1', { email: 'ä'.repeat(500) })] });
const zipped = gzipSync(page);

function flipped(buffer: Buffer): Buffer {
  const copy = Buffer.from(buffer);
  const at = copy.length - 6;
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

const json = { 'content-type': 'application/json' };

async function readFrom(answer: (nth: number) => Reply) {
  const server = await fakeServer((_seen, nth) => answer(nth));
  const hubspot = openTestHubspot({ baseUrl: server.url });
  const pages = await allPages(hubspot.read(contacts, ['email'], { kind: 'all' }, never));
  return { pages, calls: server.seen.length };
}

test.each([
  ['gzip', zipped],
  ['br', brotliCompressSync(page)],
  ['deflate', deflateSync(page)],
])('an answer in %s is read', async (encoding, raw) => {
  const { pages } = await readFrom(() => ({ raw, headers: { 'content-encoding': encoding } }));
  expect(pages[0]?.records[0]?.values[0]).toHaveLength(500);
});

const broken: readonly (readonly [string, Reply])[] = [
  ['gzip that is cut short', { raw: zipped.subarray(0, -9), headers: { 'content-encoding': 'gzip' } }],
  ['gzip with a flipped bit', { raw: flipped(zipped), headers: { 'content-encoding': 'gzip' } }],
  ['an unknown encoding', { raw: page, headers: { 'content-encoding': 'zstd' } }],
  ['JSON that is cut short', { raw: page.slice(0, -2) }],
  ['HTML with status 200', { raw: '<html>Sign in</html>', headers: { 'content-type': 'text/html' } }],
  ['HTML that says it is JSON', { raw: '<html>Sign in</html>' }],
  ['an empty body', { raw: '' }],
  ['no results', { json: {} }],
  ['results that are null', { json: { results: null } }],
  ['results that are no list', { json: { results: {} } }],
  ['an error in disguise', { json: { status: 'error', message: 'x' } }],
  ['a list instead of an envelope', { json: [] }],
  ['a record without properties', { json: { results: [{ id: '1' }] } }],
  ['a record without id', { json: { results: [{ ...record('1'), id: undefined }] } }],
  ['a record with a number for an id', { json: { results: [{ ...record('1'), id: 1 }] } }],
  ['an unusable cursor', { json: { results: [], paging: { next: { after: '' } } } }],
  [
    'a connection cut in the middle of the body',
    {
      act: (response) => {
        response.writeHead(200, { ...json, 'content-length': String(page.length) });
        response.write(page.slice(0, 100), () => response.destroy());
      },
    },
  ],
  ['a connection cut before the headers', { act: (response) => response.destroy() }],
];

test.each(broken)('%s is no empty page: it is asked again', async (_what, reply) => {
  const { pages, calls } = await readFrom((nth) => (nth < 3 ? reply : { json: JSON.parse(page) as unknown }));
  expect(idsOf(pages)).toEqual(['1']);
  expect(calls).toBe(3);
});

test('an answer that stays broken is an error after six tries', async () => {
  let calls = 0;
  const reading = readFrom(() => {
    calls += 1;
    return { raw: '' };
  });
  await expect(reading).rejects.toMatchObject({ code: 'hubspot_bad_answer', verdict: 'retry' });
  expect(calls).toBe(6);
});

test('an answer that grows without bounds when uncompressed is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024, ' '));
  const reading = readFrom(() => ({ raw: bomb, headers: { 'content-encoding': 'gzip' } }));
  await expect(reading).rejects.toMatchObject({ code: 'hubspot_bad_answer', details: { code: 'TOO_LARGE' } });
});

test('whatever JSON comes in the place of a page, it is no empty page', async () => {
  const value = fc.jsonValue().filter((value) => !Array.isArray(value));
  const envelope = fc.oneof(
    fc.jsonValue().filter((body) => !hasList(body)),
    fc.record({
      results: value,
      total: fc.nat(),
      paging: fc.jsonValue(),
      status: fc.constantFrom('error', 'COMPLETE'),
    }),
    fc.record({
      results: fc.array(
        fc.jsonValue().filter((row) => !isRow(row)),
        { minLength: 1 },
      ),
    }),
    fc.record({
      results: fc.constant([]),
      paging: fc.record({ next: value.filter((next) => next !== null) }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(envelope, async (json) => {
      await expect(readFrom(() => ({ json }))).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
    }),
    { numRuns: 60 },
  );
});

const hasList = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'results' in body && Array.isArray(body.results);
const isRow = (row: unknown): boolean => typeof row === 'object' && row !== null && 'id' in row;

test('fields that nobody has told of change nothing, wherever they are', async () => {
  const plain = { results: [record('1', { email: 'a@b.test' })], paging: { next: { after: 'x' } } };
  const news = { since: 2027, of: [null, { deep: { deeper: true } }] };
  const rich = {
    ...plain,
    news,
    results: [record('1', { email: 'a@b.test', news: 'x' }, { news, objectWriteTraceId: null })],
    paging: { next: { after: 'x', link: '', news }, prev: { before: 'y' }, news },
  };
  const read = async (first: unknown) =>
    (await readFrom((nth) => ({ json: nth === 1 ? first : { results: [], news } }))).pages;
  expect(await read(rich)).toEqual(await read(plain));
});
