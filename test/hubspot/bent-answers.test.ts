import { expect, onTestFinished, test } from 'vitest';
import type { Hubspot } from '../../src/hubspot/index.ts';
import { openSandbox, type FaultKind, type Sandbox } from '../../src/sandbox/index.ts';
import { compareIds } from '../../src/source.ts';
import type { Page, Scan } from '../../src/source.ts';
import { fakeServer } from './fake-server.ts';
import { allPages, contacts, idsOf, never, openTestHubspot } from './open-test-hubspot.ts';

const wide = { burst: 1e6, search: 1e6, associations: 1e6, daily: 1e9 };

async function open(contacts = 900): Promise<{ sandbox: Sandbox; hubspot: Hubspot }> {
  const sandbox = openSandbox({ contacts, speed: 0, limits: wide, indexLag: { min: 0, max: 0 } });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const hubspot = openTestHubspot({ baseUrl: sandbox.url, key: () => sandbox.key });
  await hubspot.account(never);
  return { sandbox, hubspot };
}

const living = (sandbox: Sandbox): string[] =>
  [...sandbox.world.truth.records('contacts')].filter(({ state }) => state === 'active').map(({ id }) => id);

/** Every property of so many that they do not fit into a URL. */
const many = [
  'firstname',
  ...Array.from({ length: 400 }, (_, n) => `a_property_with_quite_a_long_name_${n}`),
];

const ways = {
  list: { properties: ['firstname'], scan: () => ({ kind: 'all' }) },
  'list and batches': { properties: many, scan: () => ({ kind: 'all' }) },
  changes: {
    properties: ['firstname'],
    scan: (sandbox) => ({ kind: 'changes', from: 0, until: sandbox.clock.now() + 1 }),
  },
} as const satisfies Record<string, { properties: string[]; scan: (sandbox: Sandbox) => Scan }>;

const kinds: readonly FaultKind[] = [
  'no results key',
  'error envelope 200',
  'next link elsewhere',
  'empty page',
  'short page',
  'repeated cursor',
  'duplicate rows',
  'stray rows',
  'lost ids',
  'stale read',
  'bit flip gzip',
];

const pairs = Object.keys(ways).flatMap((way) =>
  kinds.map((kind) => [way as keyof typeof ways, kind] as const),
);

/** That a list alone is behind, nothing tells: see `planSweep`. */
const matchOf = (kind: FaultKind): string => (kind === 'stale read' ? '/batch/read' : '/objects/');

test.each(pairs.filter(([way, kind]) => way !== 'list' || kind !== 'stale read'))(
  'reading by %s gives every record as it is: %s',
  async (way, kind) => {
    const { sandbox, hubspot } = await open();
    const ids = living(sandbox);
    sandbox.clock.advance(1000);
    sandbox.world.bulkUpdate('contacts', ids, { firstname: 'Ada' });
    const struck = sandbox.faults.add({ kind, match: matchOf(kind), ...often(kind) });
    const { properties, scan } = ways[way];
    const pages = await allPages(hubspot.read(contacts, properties, scan(sandbox), never));
    expect(struck()).toBeGreaterThan(0);
    // What a search shows twice may be read twice; lists say each record once.
    const given = idsOf(pages).toSorted(compareIds);
    expect(way === 'changes' ? [...new Set(given)] : given).toEqual(ids);
    expect(pages.flatMap(({ missing, merged }) => [...missing, ...merged])).toEqual([]);
    expect(valuesOf(pages)).toEqual(new Set(['Ada']));
  },
);

/** A list that leads in a circle is asked once more, and no oftener. */
const often = (kind: FaultKind): { times: number; probability?: number } =>
  kind === 'repeated cursor' ? { times: 1 } : { times: 6, probability: 0.3 };

const valuesOf = (pages: readonly Page[]): ReadonlySet<unknown> =>
  new Set(pages.flatMap(({ records }) => records.map(({ values }) => values[0])));

test.each([
  ['changes', 'no results key'],
  ['list', 'no results key'],
  ['changes', 'error envelope 200'],
  ['list', 'error envelope 200'],
  ['changes', 'empty page'],
  ['list', 'empty page'],
  ['list', 'repeated cursor'],
  ['changes', 'bit flip gzip'],
] as const)(
  'what never gets right ends reading by %s with an error, not with less: %s',
  async (way, kind) => {
    const { sandbox, hubspot } = await open(300);
    sandbox.clock.advance(60_000);
    sandbox.world.bulkUpdate('contacts', living(sandbox), { firstname: 'Ada' });
    const struck = sandbox.faults.add({ kind, match: matchOf(kind) });
    const { properties, scan } = ways[way];
    const reading = allPages(hubspot.read(contacts, properties, scan(sandbox), never));
    await expect(reading).rejects.toMatchObject({ name: 'KeywayError' });
    expect(struck()).toBeLessThan(50);
  },
);

test.each(['changes', 'list and batches'] as const)(
  'reading by %s names each record whose latest version never comes',
  async (way) => {
    const { sandbox, hubspot } = await open(300);
    sandbox.clock.advance(60_000);
    sandbox.world.bulkUpdate('contacts', living(sandbox), { firstname: 'Ada' });
    sandbox.faults.add({ kind: 'stale read', match: matchOf('stale read') });
    const { properties, scan } = ways[way];
    const pages = await allPages(hubspot.read(contacts, properties, scan(sandbox), never));
    const failed = pages.flatMap((page) => page.failed.map(({ id }) => id));
    const found = pages.flatMap(({ records }) => records.map(({ id }) => id));
    expect(failed.length).toBeGreaterThan(0);
    expect([...failed, ...found].toSorted()).toEqual(living(sandbox).toSorted());
    expect(valuesOf(pages)).toEqual(new Set(['Ada']));
  },
);

test('an older version within the same second is no reason to read again', async () => {
  const { sandbox, hubspot } = await open(300);
  sandbox.world.update('contacts', living(sandbox)[0] ?? '', { firstname: 'Ada' });
  sandbox.clock.advance(999);
  sandbox.world.update('contacts', living(sandbox)[0] ?? '', { firstname: 'Grace' });
  const until = sandbox.clock.now() + 1;
  sandbox.faults.add({ kind: 'stale read', match: 'batch/read' });
  const scan = { kind: 'changes', from: until - 1, until } as const;
  const pages = await allPages(hubspot.read(contacts, ['firstname'], scan, never));
  expect(valuesOf(pages)).toEqual(new Set(['Ada']));
});

test.each(['redirect 301', 'redirect 302', 'redirect 307', 'redirect 308'] as const)(
  'nothing is sent to where HubSpot redirects, and the error names the host: %s',
  async (kind) => {
    const trap = await fakeServer(() => ({ json: {} }));
    const { sandbox, hubspot } = await open(300);
    const struck = sandbox.faults.add({ kind, match: '/objects/', elsewhere: trap.url });
    for (const { properties, scan } of Object.values(ways)) {
      const reading = allPages(hubspot.read(contacts, properties, scan(sandbox), never));
      await expect(reading).rejects.toMatchObject({
        code: 'hubspot_bad_answer',
        verdict: 'stop',
        message: expect.stringContaining('redirects to 127.0.0.1') as string,
      });
    }
    expect(struck()).toBe(3);
    expect(trap.seen).toEqual([]);
  },
);

test('the link of the next page is never followed', async () => {
  const trap = await fakeServer(() => ({ json: {} }));
  const { sandbox, hubspot } = await open(300);
  sandbox.faults.add({ kind: 'next link elsewhere', elsewhere: trap.url });
  const pages = await allPages(hubspot.read(contacts, ['firstname'], { kind: 'all' }, never));
  expect(idsOf(pages)).toEqual(living(sandbox));
  expect(trap.seen).toEqual([]);
});

const dictionaries: Readonly<Record<string, (hubspot: Hubspot, sandbox: Sandbox) => Promise<unknown>>> = {
  properties: (hubspot) => hubspot.properties('contacts', never),
  owners: (hubspot) => hubspot.owners(never),
  pipelines: (hubspot) => hubspot.stagePipelines('deals', never),
  'association types': (hubspot) => hubspot.associationTypes({ from: 'contacts', to: 'companies' }, never),
  links: (hubspot, sandbox) =>
    hubspot.links({ from: 'contacts', to: 'companies' }, living(sandbox).slice(0, 100), never),
  counts: (hubspot) => hubspot.count(contacts, undefined, never),
};

test.each(Object.keys(dictionaries))('an answer without its list is never an empty one: %s', async (what) => {
  const { sandbox, hubspot } = await open(300);
  const ask = (): Promise<unknown> | undefined => dictionaries[what]?.(hubspot, sandbox);
  const right = await ask();
  for (const kind of ['no results key', 'error envelope 200', 'bit flip gzip', 'truncated gzip'] as const) {
    // A count needs no list.
    if (what === 'counts' && kind === 'no results key') continue;
    const times = sandbox.faults.add({ kind, times: 3 });
    expect(await ask()).toEqual(right);
    expect(times()).toBe(3);
    sandbox.faults.add({ kind });
    await expect(ask()).rejects.toMatchObject({ code: 'hubspot_bad_answer' });
    sandbox.faults.clear();
  }
});
