import { describe, expect, it, onTestFinished } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import type { Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

const day = 86_400_000;

interface Account {
  readonly world: SyncWorld;
  /** Of two living deals and one in the recycle bin: a size that is none, one that is, and none. */
  readonly ids: readonly string[];
  /** A day later. */
  readonly sync: (options?: SyncOptions) => Promise<PipelineRun | undefined>;
  /** Column and misfits of each deal. */
  readonly cells: () => Promise<readonly unknown[]>;
}

async function account(sizes = ['large', '7', 'small']): Promise<Account> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { contacts: 3, extraProperties: 0, nastyRate: 0, speed: 0 });
  onTestFinished(() => world.close());
  const hubspot = world.sandbox.world;
  for (const name of ['size', 'other'])
    hubspot.addProperty('deals', { name, type: 'number', fieldType: 'number' });
  const ids = sizes.map((size) => hubspot.create('deals', { size, other: size === '7' ? 'seven' : null }));
  hubspot.archive('deals', ids.at(-1)!);
  return {
    world,
    ids,
    async sync(options = {}) {
      world.sandbox.clock.advance(day);
      const only = ['owners', 'pipelines', 'properties', 'deals'];
      return (await world.sync({ only, ...options })).find(({ pipeline }) => pipeline === 'deals');
    },
    async cells() {
      const { rows } = await world.client.query<{ size: string | null; extra: unknown }>(
        `select size::text as size, _extra as extra from "${world.schema}".deals where id = any($1) order by id`,
        [ids],
      );
      return rows.map(({ size, extra }) => [size, extra]);
    },
  };
}

const before = [
  [null, { size: 'large' }],
  ['7', { other: 'seven' }],
  [null, { size: 'small' }],
];

describe('a value that did not fit comes home', () => {
  it('when HubSpot gives its property a type that suits it, without any edit of its record', async () => {
    const { world, ids, sync, cells } = await account();
    expect((await sync())?.misfitsByProperty).toEqual({ size: 2, other: 1 });
    expect(await cells()).toEqual(before);
    const updatedAt = ids.map((id) => world.sandbox.world.truth.record('deals', id)?.updatedAt);
    world.sandbox.world.retype('deals', 'size', { type: 'string', fieldType: 'text' });
    expect((await sync())?.misfitsByProperty?.['size']).toBeUndefined();
    expect(await cells()).toEqual([
      ['large', null],
      ['7', { other: 'seven' }],
      ['small', null],
    ]);
    expect(ids.map((id) => world.sandbox.world.truth.record('deals', id)?.updatedAt)).toEqual(updatedAt);
    const found = await world.differences(['deals']);
    expect(found.filter((text) => text.startsWith('deals '))).toEqual([]);
  });

  it('and goes again when the new type suits it less', async () => {
    const { world, sync, cells } = await account();
    await sync();
    world.sandbox.world.retype('deals', 'size', { type: 'string', fieldType: 'text' });
    await sync();
    world.sandbox.world.retype('deals', 'size', { type: 'number', fieldType: 'number' });
    await sync();
    expect(await cells()).toEqual(before);
  });

  it('when somebody edits it to fit', async () => {
    const { world, ids, sync, cells } = await account();
    await sync();
    world.sandbox.world.update('deals', ids[0]!, { size: '12' });
    await sync();
    expect((await cells())[0]).toEqual(['12', null]);
  });

  it('when HubSpot recalculates it to fit', async () => {
    const { world, ids, sync, cells } = await account();
    world.sandbox.world.retype('deals', 'size', { type: 'number', fieldType: 'calculation_equation' });
    await sync();
    world.sandbox.world.setCalculated('deals', ids[0]!, { size: '12' });
    await sync();
    expect((await cells())[0]).toEqual(['12', null]);
  });
});

describe('a Keyway that understands more than the one before it', () => {
  /** It is read on both sides of each scan. */
  const bin = 2;
  /** What comes behind the newest id is listed, and that record with it. */
  const newest = 1;
  const [huge, odd] = ['1.5e308', '2.5e308'];
  const home = `15${'0'.repeat(307)}`;

  /** As a Keyway has left it that could not place such numbers; its rules had no number yet, or another. */
  async function left({ world }: Account, rules: 'none' | 'old'): Promise<void> {
    await world.client.query(
      `update "${world.schema}".deals set size = null, _extra = jsonb_build_object('size', $1::text)
        where size = $2::numeric`,
      [huge, home],
    );
    const checkpoints = `"${world.schema}_keyway".checkpoints`;
    await world.client.query(
      rules === 'none'
        ? `delete from ${checkpoints} where pipeline = 'deals/rules'`
        : `update ${checkpoints} set checkpoint = '{"kind": "rules", "rules": 0}' where pipeline = 'deals/rules'`,
    );
  }

  it.each(['none', 'old'] as const)('reads what had no place anew, once (rules: %s)', async (rules) => {
    const given = await account([huge, odd, huge]);
    await given.sync();
    const whole = await given.cells();
    expect(whole).toEqual([
      [home, null],
      [null, { size: odd }],
      [home, null],
    ]);
    await left(given, rules);
    expect((await given.cells())[0]).toEqual([null, { size: huge }]);
    expect((await given.sync())?.counts).toMatchObject({ read: 3 + bin + newest, updated: 2 });
    expect(await given.cells()).toEqual(whole);
    expect((await given.sync())?.counts).toMatchObject({ read: bin + newest, updated: 0 });
  });

  it('does so until it is done, whatever dies on the way', async () => {
    const given = await account([huge, odd, huge]);
    await given.sync();
    const whole = await given.cells();
    await left(given, 'old');
    const dies = (real: Warehouse): Warehouse => ({
      ...real,
      async commit(batch) {
        if (batch.writes.length > 0 && batch.pipeline === 'deals') throw new Error('planted death');
        return real.commit(batch);
      },
    });
    expect((await given.sync({ around: { warehouse: dies } }))?.outcome).toBe('failed');
    await given.sync();
    expect(await given.cells()).toEqual(whole);
  });

  it('empties no property that somebody archives just then, though the run dies before it can note that', async () => {
    const given = await account([huge, odd, huge]);
    const { world, ids } = given;
    world.sandbox.world.addProperty('deals', { name: 'colour', type: 'string', fieldType: 'text' });
    world.sandbox.world.update('deals', ids[0]!, { colour: 'red' });
    await given.sync();
    await given.sync();
    await left(given, 'old');
    const around = {
      source: (real: Source): Source => ({
        ...real,
        read(object, properties, scan, signal) {
          if (scan.kind === 'ids') world.sandbox.world.archiveProperty('deals', 'colour');
          return real.read(object, properties, scan, signal);
        },
      }),
      warehouse: (real: Warehouse): Warehouse => ({
        ...real,
        countLiving: () => Promise.reject(new Error('planted death')),
      }),
    };
    expect((await given.sync({ around }))?.outcome).toBe('failed');
    world.sandbox.world.restoreProperty('deals', 'colour');
    await given.sync();
    const found = await world.differences(['deals']);
    expect(found.filter((text) => text.startsWith('deals '))).toEqual([]);
    expect(await given.cells()).toEqual([
      [home, null],
      [null, { size: odd }],
      [home, null],
    ]);
  });
});
