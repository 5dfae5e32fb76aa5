import { expect, onTestFinished, test } from 'vitest';
import type { Hubspot } from '../../src/hubspot/index.ts';
import { openSandbox, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { compareIds, type Span } from '../../src/source.ts';
import { allPages, contacts, idsOf, never, openTestHubspot } from './open-test-hubspot.ts';

const wide = { burst: 1e6, search: 1e6, associations: 1e6, daily: 1e9 };
const day = 86_400_000;

async function open(choice: SandboxChoice = {}): Promise<{ sandbox: Sandbox; hubspot: Hubspot }> {
  const sandbox = openSandbox({
    contacts: 900,
    speed: 0,
    limits: wide,
    indexLag: { min: 0, max: 0 },
    ...choice,
  });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const hubspot = openTestHubspot({ baseUrl: sandbox.url, key: () => sandbox.key });
  await hubspot.account(never);
  sandbox.clearLogs();
  return { sandbox, hubspot };
}

const records = (sandbox: Sandbox) => [...sandbox.world.truth.records('contacts')];

function livingIn(sandbox: Sandbox, span: Span): string[] {
  return records(sandbox)
    .filter(({ state, createdAt }) => state === 'active' && isIn(Date.parse(createdAt), span))
    .map(({ id }) => id);
}

const isIn = (at: number, { from, until }: Span): boolean => at >= from && at < until;

test('a count is one call: of all living records, or of those created in a span', async () => {
  const { sandbox, hubspot } = await open();
  const now = sandbox.clock.now();
  const ever = { from: 0, until: now };
  const lately = { from: now - 300 * day, until: now - 100 * day };
  expect(await hubspot.count(contacts, undefined, never)).toBe(livingIn(sandbox, ever).length);
  expect(await hubspot.count(contacts, lately, never)).toBe(livingIn(sandbox, lately).length);
  expect(await hubspot.count(contacts, ever, never)).toBe(livingIn(sandbox, ever).length);
  expect(livingIn(sandbox, lately).length).toBeGreaterThan(50);
  expect(sandbox.requests().total).toBe(3);
  expect(sandbox.violations()).toEqual([]);
});

test('the span of a count begins with its first instant and ends before its last', async () => {
  const { sandbox, hubspot } = await open();
  const at = sandbox.clock.now();
  sandbox.world.create('contacts', {});
  const count = (from: number, until: number) => hubspot.count(contacts, { from, until }, never);
  expect([await count(at, at + 1), await count(at - 1, at), await count(at + 1, at + 2)]).toEqual([1, 0, 0]);
});

test('a count above ten thousand is exact', async () => {
  const { sandbox, hubspot } = await open({ contacts: 12_000 });
  const living = livingIn(sandbox, { from: 0, until: sandbox.clock.now() });
  expect(living.length).toBeGreaterThan(10_000);
  expect(await hubspot.count(contacts, undefined, never)).toBe(living.length);
});

test('the ids of those created in a span are all of them and no others', async () => {
  const { sandbox, hubspot } = await open({ reorder: 0.2 });
  const now = sandbox.clock.now();
  for (const span of [
    { from: 0, until: now },
    { from: now - 300 * day, until: now - 100 * day },
    { from: now, until: now },
  ]) {
    const ids: string[] = [];
    for await (const some of hubspot.idsCreated(contacts, span, never)) ids.push(...some);
    expect([...new Set(ids)].toSorted(compareIds)).toEqual(livingIn(sandbox, span));
  }
  expect(sandbox.violations()).toEqual([]);
});

test.each(['resolve', 'missing', 'absent'] as const)(
  'ids are found in the recycle bin, or are missing, when batches treat merged ones as %s',
  async (mergedInBatch) => {
    const { sandbox, hubspot } = await open({ unknowns: { mergedInBatch } });
    sandbox.world.churn({ steps: 300, objects: ['contacts'] });
    const all = records(sandbox);
    const ids = all.map(({ id }) => id);
    const pages = await allPages(
      hubspot.read(contacts, ['email'], { kind: 'ids', ids, archived: true }, never),
    );
    const binned = all.filter(({ state }) => state === 'archived').map(({ id }) => id);
    expect(binned.length).toBeGreaterThan(10);
    expect(idsOf(pages)).toEqual(binned);
    expect(pages.flatMap((page) => page.records).every(({ archived }) => archived)).toBe(true);
    const missing = new Set(pages.flatMap((page) => page.missing));
    expect(all.filter(({ id, state }) => missing.has(id) === (state === 'archived'))).toEqual([]);
  },
);

test('twenty thousand changes cost 110 searches and 201 batches at most', { timeout: 60_000 }, async () => {
  const { sandbox, hubspot } = await open({ contacts: 21_500, extraProperties: 0, reorder: 0 });
  sandbox.clock.advance(day);
  const from = sandbox.clock.now();
  const ids = livingIn(sandbox, { from: 0, until: from }).slice(0, 20_000);
  sandbox.world.bulkUpdate('contacts', ids, { firstname: 'Ada' });
  const scan = { kind: 'changes', from, until: from + 1 } as const;
  const pages = await allPages(hubspot.read(contacts, ['firstname'], scan, never));
  expect(idsOf(pages).toSorted(compareIds)).toEqual(ids);
  expect(ids).toHaveLength(20_000);
  expect(sandbox.requests().of('search')).toBeLessThanOrEqual(110);
  expect(sandbox.requests().of('batch')).toBeLessThanOrEqual(201);
});
