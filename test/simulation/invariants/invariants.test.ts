import { expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/checkpoint.ts';
import type { Transport } from '../../../src/hubspot/transport.ts';
import { noCounts, type PipelineRun } from '../../../src/run.ts';
import type { Page, Source } from '../../../src/source.ts';
import type { Row, Table } from '../../../src/table.ts';
import type { Warehouse, Write } from '../../../src/warehouse.ts';
import { memoryEngine } from '../../support/memory-engine.ts';
import { openWorld } from '../../support/sync-world.ts';
import { watchCounts, watchIds } from './accounting.ts';
import { sharedColumns } from './columns.ts';
import { watchFences } from './fences.ts';
import { compareReload } from './reload.ts';
import { watchRequests } from './requests.ts';
import { openRuns, watchRuns } from './runs.ts';
import { openPeople, secretsLeft } from './secrets.ts';
import { watchVersions } from './versions.ts';

/** A check that finds nothing proves nothing until it has found something. */
const broken: string[] = [];
const note = (sentence: string): void => void broken.push(sentence);
const said = (): readonly string[] => broken.splice(0);

const table: Table = {
  name: 'contacts',
  description: '',
  key: ['id'],
  version: '_updated_at',
  columns: [
    { name: 'id', type: 'integer', description: '' },
    { name: '_updated_at', type: 'timestamp', description: '' },
  ],
};
const live: Checkpoint = { kind: 'live', watermark: 100 };

async function openTables(): Promise<{ engine: ReturnType<typeof memoryEngine>; warehouse: Warehouse }> {
  const engine = memoryEngine();
  const warehouse = await engine.open();
  await warehouse.apply([{ kind: 'create_table', table: 'contacts' }], [table]);
  return { engine, warehouse };
}

function batch(replaces: number, rows: readonly Row[]) {
  const writes: readonly Write[] = [{ kind: 'upsert', table, rows }];
  return { pipeline: 'contacts', runId: 'r', writes, checkpoint: live, replaces };
}

const early = '2026-01-01T00:00:00.000Z';
const late = '2026-02-01T00:00:00.000Z';

it('a row that goes back, and one that vanishes, are noticed at the commit', async () => {
  const rows = [
    { id: '1', _updated_at: late },
    { id: '2', _updated_at: late },
  ];
  const { warehouse } = await openTables();
  const tables = { rows: () => Promise.resolve(rows) };
  const watched = watchVersions(tables, note)(warehouse);
  await watched.commit(batch(0, [['1', late]]));
  expect(said()).toEqual([]);
  rows.splice(0, 2, { id: '1', _updated_at: early }, { id: '1', _updated_at: early });
  await watched.commit(batch(1, [['1', late]]));
  expect(said()).toEqual([
    expect.stringContaining('contacts 1: went back'),
    expect.stringContaining('contacts 1: went back'),
    'contacts 1: has two rows',
    'contacts 2: its row vanished',
  ]);
});

it('a row that is not counted is noticed', async () => {
  const { warehouse } = await openTables();
  const forgetful = {
    ...warehouse,
    commit: (b: Parameters<Warehouse['commit']>[0]) => warehouse.commit({ ...b, writes: [] }),
  };
  await watchCounts(note)(warehouse).commit(batch(0, [['1', late]]));
  expect(said()).toEqual([]);
  await watchCounts(note)(forgetful).commit(batch(1, [['1', late]]));
  expect(said()).toEqual(['contacts: 1 rows were given, but 0 counted']);
});

it('an id that nobody answers for, or that is answered in two ways, is noticed', async () => {
  const page: Page = {
    records: [],
    missing: ['2', '3'],
    merged: [{ id: '3', into: '4' }],
    failed: [],
    position: '',
    last: true,
  };
  const source = {
    async *read() {
      yield await Promise.resolve(page);
    },
  } as unknown as Source;
  const object = { object: 'contacts', watermark: 'w', created: 'c' };
  const scan = { kind: 'ids', ids: ['1', '2', '3'] } as const;
  for await (const _page of watchIds(note)(source).read(object, [], scan, new AbortController().signal));
  expect(said()).toEqual([
    'contacts 1: asked for, and answered with nothing',
    'contacts 3: asked for, and answered with missing and merged',
  ]);
});

it('a commit that overtakes another is noticed', async () => {
  const { warehouse } = await openTables();
  const fenceless: Warehouse = {
    ...warehouse,
    commit: async (b) =>
      warehouse.commit({ ...b, replaces: (await warehouse.checkpoint(b.pipeline)).version }),
  };
  const watched = watchFences(note)(fenceless);
  await watched.commit(batch(0, []));
  expect(said()).toEqual([]);
  await watched.commit(batch(0, []));
  expect(said()).toEqual(['contacts: version 2 overtook 1']);
});

it('a run row that says more than is so, or not why, is noticed; and one that is left open', async () => {
  const { warehouse } = await openTables();
  await warehouse.commit(batch(0, []));
  const watched = watchRuns({ startedAt: 1e12, behind: 1000 }, note)(warehouse);
  const run: PipelineRun = {
    runId: 'r',
    pipeline: 'contacts',
    startedAt: 0,
    outcome: 'running',
    counts: noCounts,
  };
  await watched.savePipelineRun(run);
  expect(said()).toEqual([]);
  expect(await openRuns(warehouse)).toEqual(['the run of contacts was left open']);
  await watched.savePipelineRun({ ...run, outcome: 'complete', finishedAt: 1, completeUpTo: 2e12 });
  expect(said()).toEqual(['contacts says that it is complete up to 2000000000000, not 100']);
  await watched.savePipelineRun({ ...run, outcome: 'complete', finishedAt: 1, completeUpTo: 50 });
  expect(said()).toEqual([
    expect.stringContaining('it is complete up to 50, the run began at 1000000000000'),
  ]);
  const misfits = { counts: { ...noCounts, misfits: 3 }, misfitsByProperty: { size: 2 } };
  await watched.savePipelineRun({ ...run, ...misfits, outcome: 'interrupted', finishedAt: 1 });
  expect(said()).toEqual([
    'contacts ended interrupted: its misfits are not the sum of those of its properties',
  ]);
  await watched.savePipelineRun({ ...run, outcome: 'skipped', finishedAt: 1, code: 'scope_missing' });
  expect(said()).toEqual(['contacts ended skipped: it does not say why']);
});

it('a request that writes, names a secret, has the key, comes too soon or again and again is noticed', async () => {
  let at = 0;
  let status = 200;
  const transport: Transport = {
    send: () => Promise.resolve({ status, headers: {}, body: Buffer.from('ten_secondly_rolling') }),
    close: () => Promise.resolve(),
  };
  const watched = watchRequests(
    {
      now: () => at,
      keys: () => ['pat-w', 'pat-x'],
      isSecret: (object, name) => object === 'contacts' && name === 'tax_id',
    },
    note,
  )(transport);
  const ask = { method: 'GET', path: '/crm/objects/2026-09/contacts', search: '', key: 'pat-x' } as const;
  const send = (more: object): Promise<unknown> =>
    watched.send({ ...ask, ...more }, new AbortController().signal);
  await send({});
  expect(said()).toEqual([]);
  await send({ method: 'POST' });
  await send({ search: '?properties=name,tax_id' });
  await send({ search: '?key=pat-w' });
  expect(said()).toEqual([
    'POST /crm/objects/2026-09/contacts is no read',
    '/crm/objects/2026-09/contacts names tax_id, which is not to be read',
    '/crm/objects/2026-09/contacts has a key beside its header',
  ]);
  status = 429;
  await send({});
  at = 9000;
  await send({});
  expect(said()).toEqual(['GET /crm/objects/2026-09/contacts came 1000 ms before it was asked to']);
  status = 200;
  for (at = 1e6; said().length === 0 && at < 4e6; at += 1e5) await send({});
  expect(at).toBeLessThan(4e6);
});

it('the key, somebody who was erased and a row that only one warehouse has are found in the end', async () => {
  const world = await openWorld(memoryEngine(), { contacts: 20, speed: 0 });
  const { sandbox } = world;
  const [person] = [...sandbox.world.truth.records('contacts')].filter(
    ({ properties }) => properties['email'],
  );
  const people = openPeople(sandbox);
  const email = person!.properties['email']!;
  people.meet();
  sandbox.world.gdprDelete(person!.id);
  const rows = [{ id: '1', name: 'a', _deleted_at: null }];
  const left = {
    tables: { rows: (name: string) => Promise.resolve(name === 'owners' ? [{ email }] : []) },
    warehouse: await world.engine.open(),
    people,
    logged: [`Bearer ${sandbox.key}`],
  };
  // The one before is a secret, too: it may work for days.
  sandbox.world.keys.rotate('grace');
  expect(await secretsLeft(left, sandbox)).toEqual([
    `${email} was deleted for good, and is in owners`,
    'a key is in the log',
  ]);
  const only = (name: string, given: readonly object[]) => ({
    rows: (table: string) => Promise.resolve(table === name ? (given as Record<string, unknown>[]) : []),
  });
  expect(
    await compareReload(only('contacts', rows), only('contacts', [{ ...rows[0], name: 'b' }, { id: '2' }])),
  ).toEqual(['contacts 1: a new warehouse has [["name","b"]]', 'contacts 2: only a new warehouse has it']);
  const shared = [
    { object_type: 'deals', name: 'a', column_name: 'x' },
    { object_type: 'deals', name: 'b', column_name: 'x' },
  ];
  expect(await sharedColumns(only('properties', shared))).toEqual(['deals.x is the column of a and b']);
  expect(await compareReload(only('deals', rows), only('deals', []))).toEqual([
    'deals 1: a new warehouse does not have it',
  ]);
  await world.close();
});
