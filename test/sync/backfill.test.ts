import { beforeEach, describe, expect, it } from 'vitest';
import type { Scan } from '../../src/source.ts';
import type { SyncOptions, SyncWorld } from '../support/sync-world.ts';
import { account, dying, hour, listening, shoeSize, stored, type Asked } from './filling.ts';
import { contacts, spoil, spoilt } from './spoilt.ts';

const only = ['contacts'];

let world: SyncWorld;
beforeEach(async () => {
  world = await account();
  await world.sync();
});

describe('a backfill of all records', () => {
  it('undoes whatever somebody did to rows, links and history, and no claim moves', async () => {
    const before = await stored(world);
    await spoil(world, "email = 'spoilt', lastname = null");
    await world.client.query(`delete from "${world.schema}".associations where from_type = 'contacts'`);
    await world.client.query(`delete from "${world.schema}".property_history where object_type = 'contacts'`);
    expect((await world.differences()).length).toBeGreaterThan(10);
    const { runs, states } = await world.backfill({}, { only });
    const name = expect.stringMatching(/^contacts\/backfill-/) as string;
    expect(runs).toMatchObject([{ pipeline: name, outcome: 'complete' }]);
    expect(states.get('contacts')).toMatchObject({ finishedAt: expect.any(Number) as number });
    expect(await world.differences()).toEqual([]);
    expect(await stored(world)).toEqual(before);
  });

  it('finds what became of records that are not there any more', async () => {
    const [archived, deleted, merged, into] = [...contacts(world)];
    const [inBin] = [...contacts(world, 'archived')];
    world.sandbox.world.archive('contacts', archived!);
    world.sandbox.world.gdprDelete(deleted!);
    world.sandbox.world.merge('contacts', into!, merged!);
    world.sandbox.world.restore('contacts', inBin!);
    await world.backfill({}, { only });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('goes on where it was left, or where it died, and reads nothing twice but a step', async () => {
    await spoil(world, "email = 'spoilt'");
    const asked: Asked[] = [];
    const options: SyncOptions = { only, around: { source: listening(asked) } };
    const { runs, states } = await world.backfill({}, { ...options, steps: 1, stepSize: 50 });
    expect(runs).toMatchObject([{ outcome: 'partial', reason: 'The rest of the backfill is for later.' }]);
    expect(states.get('contacts')).toMatchObject({ phase: 'records', read: 100 });
    const left = await spoilt(world);
    expect(left.length).toBeGreaterThan(20);
    const around = dying((_, commits) => commits === 1);
    await world.backfill({}, { ...options, around: { ...options.around, ...around }, stepSize: 50 });
    expect(await spoilt(world)).toEqual(left);
    await world.backfill({}, { ...options, stepSize: 50 });
    expect(await spoilt(world)).toEqual([]);
    const lists = asked.filter(({ scan }) => scan.kind === 'all').map(({ scan }) => scan);
    expect(lists).toHaveLength(3);
    expect((lists[0] as Extract<Scan, { kind: 'all' }>).position).toBeUndefined();
    expect((lists[1] as Extract<Scan, { kind: 'all' }>).position).toBeDefined();
    expect(lists[2]).toEqual(lists[1]);
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('begins anew once it is finished', async () => {
    await world.backfill({}, { only });
    await spoil(world, "email = 'spoilt'");
    await world.backfill({}, { only });
    expect(await spoilt(world)).toEqual([]);
  });

  it('goes on beside syncs and other backfills, and keeps apart from them', async () => {
    await spoil(world, "email = 'spoilt'");
    const ids = [...contacts(world)].slice(3, 6);
    await world.backfill({}, { only, steps: 1, stepSize: 50 });
    await world.backfill({ properties: ['email'] }, { only, steps: 1, stepSize: 50 });
    world.sandbox.world.churn({ steps: 10 });
    world.sandbox.world.addProperty('contacts', shoeSize);
    world.sandbox.clock.advance(2 * hour);
    await world.sync();
    await world.backfill({ ids }, { only });
    await world.backfill({ properties: ['email'] }, { only, stepSize: 50 });
    await world.backfill({}, { only, stepSize: 50 });
    expect(await world.differences()).toEqual([]);
  });

  it('believes in deletions for good at its end, as one that is left and goes on does', async () => {
    const [first, second] = [...contacts(world)];
    for (const id of [first!, second!]) world.sandbox.world.gdprDelete(id);
    const cleared = async (): Promise<number> =>
      (await world.tables.rows('contacts')).filter(
        ({ id, email }) => [first, second].includes(String(id)) && email === null,
      ).length;
    await world.backfill({}, { only, steps: 1, stepSize: 1 });
    expect(await cleared()).toBe(0);
    await world.backfill({}, { only });
    expect(await cleared()).toBe(2);
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it(
    'clears nothing where too many seem to be gone, however small its steps',
    { timeout: 120_000 },
    async () => {
      const large = await account({ contacts: 1500, extraProperties: 0 });
      await large.sync({ only: ['contacts', 'owners', 'properties'] });
      const before = await large.tables.rows('contacts');
      const gone = [...contacts(large)].slice(0, 1100);
      for (const id of gone) large.sandbox.world.gdprDelete(id);
      const { runs } = await large.backfill({}, { only, stepSize: 100 });
      expect(runs).toMatchObject([{ outcome: 'failed', code: 'mass_deletion' }]);
      // As soon as they are too many, however much is left to read.
      expect(runs[0]!.counts.read).toBeLessThan(250);
      expect(await large.tables.rows('contacts')).toEqual(before);
      const { runs: again } = await large.backfill({}, { only, acceptDeletions: true });
      expect(again).toMatchObject([{ outcome: 'complete' }]);
      expect(await large.differences(['contacts'])).toEqual([]);
      // What was closed long ago is no deletion.
      const { runs: named } = await large.backfill({ ids: gone }, { only });
      expect(named).toMatchObject([{ outcome: 'complete', counts: { removed: 0 } }]);
    },
  );

  it('writes no row once another process has been at the table', async () => {
    await spoil(world, "email = 'spoilt'");
    const count = (await spoilt(world)).length;
    let rival: Promise<unknown> | undefined;
    const around: SyncOptions['around'] = {
      warehouse: (real) => ({
        ...real,
        async commit(batch) {
          if (batch.writes.length > 0) await (rival ??= world.sync({ only, sweepEvery: 1e12 }));
          return real.commit(batch);
        },
      }),
    };
    const { runs } = await world.backfill({}, { only, around, stepSize: 10 });
    expect(runs).toMatchObject([{ outcome: 'failed', code: 'checkpoint_moved' }]);
    expect(await spoilt(world)).toHaveLength(count);
    await world.backfill({}, { only });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('is for tables that are loaded: before that, nothing is made or asked', async () => {
    const fresh = await account();
    const { runs } = await fresh.backfill({}, { only });
    expect(runs).toMatchObject([{ outcome: 'skipped', code: 'not_available' }]);
    expect(runs[0]?.reason).toContain('run keyway sync contacts first');
    expect(
      (await fresh.client.query('select 1 from pg_tables where schemaname = $1', [fresh.schema])).rows,
    ).toEqual([]);
  });
});

describe('a backfill of a span', () => {
  async function middle(column: string): Promise<number> {
    const { rows } = await world.client.query<{ at: Date }>(
      `select percentile_disc(0.5) within group (order by ${column}) as at from "${world.schema}".contacts`,
    );
    return rows[0]!.at.getTime();
  }

  it.each(['modified', 'created'] as const)('reads what was %s then, and nothing else', async (by) => {
    const column = by === 'created' ? '_created_at' : '_updated_at';
    const at = await middle(column);
    await spoil(world, "email = 'spoilt'");
    await world.backfill({ span: { by, from: at } }, { only, stepSize: 10 });
    const rows = await world.tables.rows('contacts');
    for (const row of rows.filter(({ _deleted_at }) => _deleted_at === null)) {
      const within = Date.parse(String(row[column]).replace(' ', 'T').replace('+00', 'Z')) >= at;
      expect(row['email'] === 'spoilt', JSON.stringify(row)).toBe(!within);
    }
    await world.backfill({ span: { by, until: at } }, { only, stepSize: 10 });
    expect(await spoilt(world)).toEqual([]);
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('finds what became of rows of the span that no search shows', async () => {
    const [archived, deleted, merged, into] = [...contacts(world)];
    const [inBin] = [...contacts(world, 'archived')];
    world.sandbox.world.archive('contacts', archived!);
    world.sandbox.world.gdprDelete(deleted!);
    world.sandbox.world.merge('contacts', into!, merged!);
    world.sandbox.world.restore('contacts', inBin!);
    await world.backfill({ span: { by: 'created', from: 0 } }, { only });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('keeps its end while it lasts, and moves no watermark', async () => {
    const before = await stored(world);
    const request = { span: { by: 'modified', from: 0 } } as const;
    const { states } = await world.backfill(request, { only, steps: 1, stepSize: 50 });
    const { span } = states.get('contacts')!;
    expect(span!.until).toBeGreaterThan(world.sandbox.clock.now());
    world.sandbox.clock.advance(5 * hour);
    const { states: then } = await world.backfill(request, { only });
    expect(then.get('contacts')).toMatchObject({ span, finishedAt: expect.any(Number) as number });
    expect(await stored(world)).toEqual(before);
  });

  it(
    'of more records than a search gives is read in halves, also where all were changed at once',
    { timeout: 240_000 },
    async () => {
      const large = await account({ contacts: 10_600, extraProperties: 0 });
      await large.sync({ only });
      large.sandbox.world.bulkUpdate('contacts', [...contacts(large)], { hs_marketable_status: 'false' });
      large.sandbox.clock.advance(2 * hour);
      await large.sync({ only });
      for (const by of ['modified', 'created'] as const) {
        await large.client.query(`update "${large.schema}".contacts set email = 'spoilt'`);
        const { states } = await large.backfill({ span: { by, from: 0 } }, { only });
        expect(await spoilt(large)).toEqual([]);
        expect(states.get('contacts')?.read).toBeGreaterThan(10_000);
      }
      expect(large.sandbox.violations()).toEqual([]);
    },
  );
});
