import { expect, onTestFinished, test } from 'vitest';
import type { Hubspot } from '../../src/hubspot/index.ts';
import { openSandbox, type FaultKind, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import type { Page, Scan, SourceObject } from '../../src/source.ts';
import { allPages, idsOf, never, openTestHubspot } from './open-test-hubspot.ts';

const wide = { burst: 1e6, search: 1e6, associations: 1e6, daily: 1e9 };
const objects: Readonly<Record<string, SourceObject>> = {
  contacts: { object: 'contacts', watermark: 'lastmodifieddate', created: 'createdate' },
  companies: { object: 'companies', watermark: 'hs_lastmodifieddate', created: 'createdate' },
  deals: { object: 'deals', watermark: 'hs_lastmodifieddate', created: 'createdate' },
};
const contacts = objects['contacts'] as SourceObject;

async function open(choice: SandboxChoice = {}): Promise<{ sandbox: Sandbox; hubspot: Hubspot }> {
  const sandbox = openSandbox({
    contacts: 450,
    speed: 0,
    limits: wide,
    nastyRate: 0.05,
    reorderAcrossPages: true,
    ...choice,
  });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const hubspot = openTestHubspot({ baseUrl: sandbox.url, key: () => sandbox.key });
  await hubspot.account(never);
  return { sandbox, hubspot };
}

async function scan(hubspot: Hubspot, object: SourceObject, scan: Scan) {
  const names = (await hubspot.properties(object.object, never)).map(({ name }) => name);
  const pages = await allPages(hubspot.read(object, names, scan, never));
  return { names, pages, records: pages.flatMap(({ records }) => records) };
}

function truth(sandbox: Sandbox, object: SourceObject) {
  return [...sandbox.world.truth.records(object.object)];
}

function expectTrue(
  { names, records }: Awaited<ReturnType<typeof scan>>,
  sandbox: Sandbox,
  object: SourceObject,
) {
  const byId = new Map(truth(sandbox, object).map((one) => [one.id, one]));
  const wrong = records.flatMap((record) => {
    const real = byId.get(record.id);
    if (real?.createdAt !== record.createdAt || real.updatedAt !== record.updatedAt)
      return [[record.id, 'times']];
    const { properties } = real;
    return names
      .filter((name, at) => (properties[name] ?? null) !== record.values[at])
      .map((name) => [record.id, name]);
  });
  expect(wrong).toEqual([]);
}

const idsOfState = (sandbox: Sandbox, object: SourceObject, state: string): string[] =>
  truth(sandbox, object)
    .filter((one) => one.state === state)
    .map(({ id }) => id);

test.each([
  ['properties in the URL', 20],
  ['values in batches because there are too many properties', 320],
])('a full scan gives every living record as HubSpot holds it, with %s', async (_what, extraProperties) => {
  const { sandbox, hubspot } = await open({ extraProperties });
  for (const object of Object.values(objects)) {
    const found = await scan(hubspot, object, { kind: 'all' });
    expect(idsOf(found.pages)).toEqual(idsOfState(sandbox, object, 'active'));
    expectTrue(found, sandbox, object);
  }
  expect(sandbox.violations()).toEqual([]);
});

test('the recycle bin is read whole', async () => {
  const { sandbox, hubspot } = await open();
  sandbox.world.churn({ steps: 300, objects: ['contacts'] });
  const found = await scan(hubspot, contacts, { kind: 'archived' });
  expect(idsOf(found.pages)).toEqual(idsOfState(sandbox, contacts, 'archived'));
  expect(found.records.every(({ archivedAt }) => archivedAt !== undefined)).toBe(true);
});

test('the changes of a day are all found, at their newest version', async () => {
  const { sandbox, hubspot } = await open({ contacts: 900, reorder: 0.3 });
  const from = sandbox.clock.now();
  sandbox.world.businessDay({ fraction: 0.4 });
  sandbox.clock.advance(3_600_000);
  const until = sandbox.clock.now();
  for (const object of Object.values(objects)) {
    const found = await scan(hubspot, object, { kind: 'changes', from, until });
    const changed = truth(sandbox, object).filter(
      (one) => one.state === 'active' && Date.parse(one.updatedAt) >= from,
    );
    const ids = new Set(idsOf(found.pages));
    expect(changed.length).toBeGreaterThan(10);
    expect(changed.map(({ id }) => id).filter((id) => !ids.has(id))).toEqual([]);
    expectTrue(found, sandbox, object);
    expect(found.pages.map(({ last }) => last).indexOf(true)).toBe(found.pages.length - 1);
  }
  expect(sandbox.violations()).toEqual([]);
});

test('changes that are read while others happen lose nothing that stood still', async () => {
  const { sandbox, hubspot } = await open({ contacts: 1500, reorder: 0.2 });
  const until = sandbox.clock.now() + 1;
  const before = idsOfState(sandbox, contacts, 'active');
  const seen = new Set<string>();
  const moved = new Set<string>();
  for await (const page of hubspot.read(contacts, ['email'], { kind: 'changes', from: 0, until }, never)) {
    for (const { id } of page.records) seen.add(id);
    for (const id of page.missing) seen.add(id);
    sandbox.clock.advance(1000);
    sandbox.world.churn({ steps: 40, objects: ['contacts'] });
    // Also what is restored later: no search shows when that happened, the recycle bin does.
    for (const one of truth(sandbox, contacts)) {
      if (one.state !== 'active' || Date.parse(one.updatedAt) >= until) moved.add(one.id);
    }
  }
  const standing = before.filter((id) => !moved.has(id));
  expect(moved.size).toBeGreaterThan(50);
  expect(standing.length).toBeGreaterThan(1000);
  expect(standing.filter((id) => !seen.has(id))).toEqual([]);
});

test.each(['resolve', 'missing', 'absent'] as const)(
  'every id that is asked for is accounted for when batches treat merged ones as %s',
  async (mergedInBatch) => {
    const { sandbox, hubspot } = await open({ unknowns: { mergedInBatch } });
    sandbox.world.churn({ steps: 600, objects: ['contacts'] });
    const all = truth(sandbox, contacts);
    const { pages } = await scan(hubspot, contacts, { kind: 'ids', ids: all.map(({ id }) => id) });
    const active = idsOfState(sandbox, contacts, 'active');
    expect([...new Set(idsOf(pages))].toSorted()).toEqual(active.toSorted());
    const merged = all.filter(({ state }) => state === 'merged');
    expect(merged.length).toBeGreaterThan(5);
    const accounted = accountOf(pages);
    for (const { id } of all) expect([id, accounted.has(id)]).toEqual([id, true]);
    if (mergedInBatch !== 'missing')
      expect(merged.every(({ id }) => accounted.get(id) !== 'found')).toBe(true);
  },
);

function accountOf(pages: readonly Page[]): Map<string, string> {
  return new Map([
    ...pages.flatMap(({ missing }) => missing.map((id) => [id, 'missing'] as const)),
    ...pages.flatMap(({ merged }) => merged.map(({ id }) => [id, 'merged'] as const)),
    ...idsOf(pages).map((id) => [id, 'found'] as const),
  ]);
}

test.each(['number', 'string'] as const)(
  'the links of all records are the links that there are, ids as %s',
  async (toObjectId) => {
    const { sandbox, hubspot } = await open({ associationPageSize: 2, unknowns: { toObjectId } });
    const ids = idsOfState(sandbox, contacts, 'active');
    const { links } = await hubspot.links({ from: 'contacts', to: 'companies' }, ids, never);
    const real = [...sandbox.world.truth.associations('contacts', 'companies')];
    const key = (link: { fromId: string; toId: string; typeId: string | number }) =>
      `${link.fromId} ${link.toId} ${link.typeId}`;
    expect(links.map(key).toSorted()).toEqual(real.map(key).toSorted());
    expect(sandbox.violations()).toEqual([]);
  },
);

const faults: readonly FaultKind[] = [
  'locked 423',
  'burst 429',
  'search 429',
  'search 429 with policy',
  'error 500',
  'html 502',
  'html 503',
  'html 504',
  'edge 521',
  'edge 523',
  'edge 524',
  'html 200',
  'truncated json',
  'truncated gzip',
  'reset',
];

test.each(faults)('whatever goes wrong on the way, the scans give the same records: %s', async (kind) => {
  const { sandbox, hubspot } = await open();
  const struck = sandbox.faults.add({
    kind,
    match: kind.startsWith('search') ? 'search' : /objects/,
    probability: 0.3,
    times: 9,
  });
  const until = sandbox.clock.now() + 1;
  for (const kind of [{ kind: 'all' }, { kind: 'changes', from: 0, until }] as const) {
    const found = await scan(hubspot, contacts, kind);
    expect(new Set(idsOf(found.pages))).toEqual(new Set(idsOfState(sandbox, contacts, 'active')));
    expectTrue(found, sandbox, contacts);
  }
  expect(struck()).toBeGreaterThan(0);
});

test('a full scan that is cut short and resumed gives every record once', async () => {
  const { sandbox, hubspot } = await open();
  const ids: string[] = [];
  let position: string | undefined;
  for (let last = false; !last;) {
    const scan: Scan = position === undefined ? { kind: 'all' } : { kind: 'all', position };
    for await (const page of hubspot.read(contacts, ['email'], scan, never)) {
      ids.push(...page.records.map(({ id }) => id));
      ({ position, last } = page);
      break;
    }
  }
  expect(ids).toEqual(idsOfState(sandbox, contacts, 'active'));
});

test("within HubSpot's real limits, nothing is ever refused", async () => {
  const sandbox = openSandbox({ contacts: 600 });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const hubspot = openTestHubspot({
    baseUrl: sandbox.url,
    key: () => sandbox.key,
    limits: { searchPerSecond: 3.5, associationsPerSecond: 10 },
  });
  await hubspot.account(never);
  const until = sandbox.clock.now();
  await Promise.all([
    scan(hubspot, contacts, { kind: 'all' }),
    scan(hubspot, contacts, { kind: 'changes', from: 0, until }),
    ...Object.keys(objects).map((object) => hubspot.properties(object, never)),
  ]);
  expect(sandbox.violations()).toEqual([]);
  expect(hubspot.usage().filter(({ status }) => status !== 200)).toEqual([]);
});
