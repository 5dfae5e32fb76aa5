import { beforeEach, describe, expect, it } from 'vitest';
import { completeUpTo, type Checkpoint } from '../../src/checkpoint.ts';
import type { Scan, Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import type { SyncWorld } from '../support/sync-world.ts';
import { account, dying, hour, listening, only, shoeSize, stored, type Asked } from './filling.ts';

describe('a column that is new', () => {
  let world: SyncWorld;
  beforeEach(async () => {
    world = await account();
    await world.sync({ only });
    world.sandbox.clock.advance(2 * hour);
  });

  it('is filled by reading its property alone, of the living and of the archived', async () => {
    world.sandbox.world.addProperty('contacts', shoeSize);
    const asked: Asked[] = [];
    await world.sync({ only, around: { source: listening(asked) } });
    const part = asked.filter(({ properties }) => properties.length === 1);
    const [living, archived] = part.map(({ scan }) => scan as Extract<Scan, { kind: 'ids' }>);
    expect(part.map(({ properties }) => properties)).toEqual([['shoe_size'], ['shoe_size']]);
    expect([living!.archived, archived!.archived]).toEqual([false, true]);
    expect(living!.ids.length).toBeGreaterThan(50);
    expect(archived!.ids.length).toBeGreaterThan(0);
    // Nothing else is read but what a run reads anyway.
    expect(asked.filter(({ scan }) => scan.kind === 'all' && scan.fromId === undefined)).toEqual([]);
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('shares one pass with others that are new at the same time', async () => {
    world.sandbox.world.addProperty('contacts', shoeSize);
    world.sandbox.world.addProperty('contacts', { ...shoeSize, name: 'hat_size' });
    const asked: Asked[] = [];
    await world.sync({ only, around: { source: listening(asked) } });
    const names = ['hat_size', 'shoe_size'];
    expect(asked.filter(({ properties }) => properties.length < 9).map((each) => each.properties)).toEqual([
      names,
      names,
    ]);
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('leaves rows alone whose records are gone', async () => {
    const [first] = [...world.sandbox.world.truth.records('contacts')].filter((r) => r.state === 'active');
    world.sandbox.world.gdprDelete(first!.id);
    await world.sync({ only });
    const row = async (): Promise<unknown> =>
      (await world.tables.rows('contacts')).find((each) => each['id'] === first!.id);
    const before = await row();
    expect(before).toMatchObject({ _deleted_at: expect.any(String) as string });
    world.sandbox.world.addProperty('contacts', shoeSize);
    world.sandbox.clock.advance(2 * hour);
    await world.sync({ only });
    expect(await row()).toEqual({ ...(before as object), shoe_size: null });
  });

  it('holds back what the table claims until it is filled, whatever comes in between', async () => {
    const before = completeUpTo(await stored(world))!;
    world.sandbox.world.addProperty('contacts', shoeSize);
    await world.sync({
      only,
      around: dying((checkpoint) => 'swept' in checkpoint && !('fill' in checkpoint)),
    });
    const filling = await stored(world);
    expect(filling).toMatchObject({ kind: 'live', fill: { columns: ['shoe_size'], since: before } });
    expect(filling).toMatchObject({ watermark: world.sandbox.clock.now() - 60_000 });
    expect(completeUpTo(filling)).toBe(before);
    await world.sync({ only });
    expect(await stored(world)).not.toHaveProperty('fill');
    expect(completeUpTo(await stored(world))).toBeGreaterThan(before);
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('is filled although the process dies before the column exists, or right after', async () => {
    world.sandbox.world.addProperty('contacts', shoeSize);
    const death = (): Promise<never> => Promise.reject(new Error('planted death'));
    await world.sync({ only, around: { warehouse: (real) => ({ ...real, apply: death }) } });
    expect(await stored(world)).toMatchObject({ fill: { columns: ['shoe_size'] } });
    await world.sync({ only, around: dying((_, commits) => commits === 2) });
    await world.sync({ only });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('takes what a record has now, where it has changed since its row was written', async () => {
    world.sandbox.world.addProperty('contacts', shoeSize);
    const edits = (source: Source): Source => ({
      ...source,
      read(object, properties, scan, signal) {
        const ids = scan.kind === 'ids' && properties.length === 1 ? scan.ids.slice(0, 3) : [];
        const [edited, archived, merged] = ids;
        if (merged !== undefined && scan.kind === 'ids' && scan.archived === false) {
          world.sandbox.clock.advance(1000);
          world.sandbox.world.update('contacts', edited!, { shoe_size: '49', firstname: 'Ada' });
          world.sandbox.world.archive('contacts', archived!);
          world.sandbox.world.merge('contacts', merged, scan.ids[3]!);
        }
        return source.read(object, properties, scan, signal);
      },
    });
    await world.sync({ only, around: { source: edits } });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('is filled from an answer that is older than the row, where HubSpot gives no other', async () => {
    world.sandbox.world.addProperty('contacts', shoeSize);
    const [first] = [...world.sandbox.world.truth.records('contacts')].filter((r) => r.state === 'active');
    world.sandbox.world.update('contacts', first!.id, { shoe_size: '49' });
    const past = new Date(world.sandbox.clock.now() - hour / 2).toISOString();
    const late = (source: Source): Source => ({
      ...source,
      async *read(object, properties, scan, signal) {
        const isOld = object.object === 'contacts' && (scan.kind === 'ids' || properties.length === 1);
        for await (const page of source.read(object, properties, scan, signal)) {
          const behind = page.records.map((r) => (r.id === first!.id ? { ...r, updatedAt: past } : r));
          yield isOld ? { ...page, records: behind } : page;
        }
      },
    });
    // The row is as new as it can be, but has no such column yet.
    await world.sync({
      only,
      around: {
        source: (source) => ({
          ...source,
          properties: async (object, signal) =>
            (await source.properties(object, signal)).filter(({ name }) => name !== 'shoe_size'),
        }),
      },
    });
    await world.sync({ only, around: { source: late } });
    expect((await world.differences(['contacts'])).filter((text) => text.includes('shoe_size'))).toEqual([]);
  });

  it('is filled for a record that HubSpot cannot give once it can be read, in the bin too', async () => {
    const { world: people } = world.sandbox;
    const [first] = [...people.truth.records('contacts')].filter(({ state }) => state === 'archived');
    people.addProperty('contacts', shoeSize);
    const broken = (source: Source): Source => ({
      ...source,
      async *read(object, properties, scan, signal) {
        const reads = source.read(object, properties, scan, signal);
        for await (const page of reads) {
          const isPart = properties.length === 1 && page.records.some(({ id }) => id === first!.id);
          const failed = isPart ? [{ id: first!.id, reason: 'broken' }] : [];
          const records = isPart ? page.records.filter(({ id }) => id !== first!.id) : page.records;
          yield { ...page, records, failed };
        }
      },
    });
    const runs = await world.sync({ only, around: { source: broken, warehouse: withLargeBin } });
    expect(runs.find(({ pipeline }) => pipeline === 'contacts')).toMatchObject({ outcome: 'partial' });
    expect(await stored(world)).toMatchObject({ unread: { ids: [first!.id] } });
    await world.sync({ only, around: { warehouse: withLargeBin } });
    expect(await world.differences(['contacts'])).toEqual([]);
  });
});

/** The bin is too large to be read in each run. */
function withLargeBin(real: Warehouse): Warehouse {
  return {
    ...real,
    async checkpoint(pipeline) {
      const { checkpoint, ...stored } = await real.checkpoint(pipeline);
      if (checkpoint === undefined) return stored;
      if (checkpoint.kind !== 'live' || checkpoint.bin === undefined) return { ...stored, checkpoint };
      return { ...stored, checkpoint: { ...checkpoint, bin: { ...checkpoint.bin, records: 5000 } } };
    },
  };
}

describe('in a large account, filling', () => {
  it('goes on where the last run stopped, and a second column joins it from the start', async () => {
    const world = await account({ contacts: 2500 });
    await world.sync({ only });
    world.sandbox.clock.advance(2 * hour);
    world.sandbox.world.addProperty('contacts', shoeSize);
    await world.sync({ only, around: dying(isSecondOnTheWay()) });
    const { fill } = await stored(world);
    expect(fill?.afterId).toBeDefined();
    const asked: Asked[] = [];
    await world.sync({
      only,
      around: { source: listening(asked), ...dying((checkpoint) => !('fill' in checkpoint)) },
    });
    const ids = asked.flatMap(({ scan, properties }) =>
      scan.kind === 'ids' && properties.length === 1 ? scan.ids : [],
    );
    expect(ids.length).toBeGreaterThan(100);
    expect(ids.filter((id) => BigInt(id) <= BigInt(fill!.afterId!))).toEqual([]);
    world.sandbox.world.addProperty('contacts', { ...shoeSize, name: 'hat_size' });
    await world.sync({ only });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('waits for a load that is under way, which goes on with the new column', async () => {
    const world = await account({ contacts: 2500 });
    await world.sync({ only, around: dying((checkpoint) => checkpoint.kind === 'live') });
    const { position } = (await stored(world)) as { position?: string };
    expect(position).toBeDefined();
    world.sandbox.clock.advance(20 * hour);
    world.sandbox.world.addProperty('contacts', shoeSize);
    const asked: Asked[] = [];
    await world.sync({ only, around: { source: listening(asked) } });
    const [load] = asked.filter(({ scan }) => scan.kind === 'all');
    expect(load!.scan).toEqual({ kind: 'all', position });
    expect(await world.differences(['contacts'])).toEqual([]);
  });
});

function isSecondOnTheWay(): (checkpoint: Checkpoint) => boolean {
  let commits = 0;
  return (checkpoint) => {
    if (checkpoint.kind === 'live' && checkpoint.fill?.afterId !== undefined) commits += 1;
    return commits >= 2;
  };
}
