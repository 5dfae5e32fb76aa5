import { expect, it, onTestFinished } from 'vitest';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncWorld } from '../support/sync-world.ts';

const only = ['account', 'owners', 'properties', 'contacts'];
const day = 86_400_000;

async function account(properties: number, contacts = 150): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, {
    seed: 5,
    contacts,
    nastyRate: 0.01,
    extraProperties: { contacts: properties },
    extraFilled: 0.06,
  });
  onTestFinished(() => world.close());
  return world;
}

/** Runs a sync, in which HubSpot must find no fault. */
async function sync(world: SyncWorld): Promise<void> {
  const runs = await world.sync({ only });
  expect(runs.filter(({ outcome }) => outcome !== 'complete')).toEqual([]);
  expect(world.sandbox.violations()).toEqual([]);
  const counts = Object.keys(world.sandbox.requests().counts);
  expect(counts.filter((line) => line.endsWith(' 414'))).toEqual([]);
}

async function columnNames(world: SyncWorld): Promise<ReadonlyMap<string, string>> {
  const { rows } = await world.client.query<{ name: string; column: string }>(
    `select name, column_name as column from "${world.schema}".properties
      where object_type = 'contacts' and _deleted_at is null`,
  );
  return new Map(rows.map(({ name, column }) => [name, column]));
}

async function slots(world: SyncWorld): Promise<number> {
  const { rows } = await world.client.query<{ slots: number }>(
    `select relnatts as slots from pg_class where oid = '"${world.schema}".contacts'::regclass`,
  );
  return Number(rows[0]?.slots);
}

it.each([500, 2500])(
  'an object with %i custom properties is synced without a URL too long',
  async (count) => {
    const world = await account(count, 60);
    await sync(world);
    world.sandbox.world.churn({ steps: 40 });
    world.sandbox.clock.advance(2 * day);
    await sync(world);
    expect(await world.differences(['contacts'])).toEqual([]);
  },
);

it(
  'of more properties than columns the busiest keep columns, and the choice stays',
  { timeout: 240_000 },
  async () => {
    const world = await account(2500);
    await sync(world);
    expect(await world.differences(['contacts'])).toEqual([]);
    const before = await columnNames(world);
    expect(before.size).toBeGreaterThan(2500);
    const placed = [...before].filter(([, column]) => column !== '_extra').map(([name]) => name);
    expect(placed).toHaveLength(1600 - 9 - 80);
    expect(await slots(world)).toBe(1600 - 80);
    // Built-in ones, which are filled more often, whatever their names.
    for (const name of ['email', 'createdate', 'lifecyclestage', 'zip']) expect(placed).toContain(name);
    for (let round = 0; round < 2; round++) {
      world.sandbox.world.churn({ steps: 60 });
      world.sandbox.clock.advance(2 * day);
      await sync(world);
      expect(await columnNames(world)).toEqual(before);
      expect(await world.differences(['contacts'])).toEqual([]);
    }
  },
);

it(
  'a crowded table still has room for new and retyped properties, until it is full',
  { timeout: 240_000 },
  async () => {
    const world = await account(2500, 60);
    await sync(world);
    const { world: hubspot, clock } = world.sandbox;
    hubspot.addProperty('contacts', {
      name: 'brand_new',
      type: 'number',
      filled: true,
    });
    hubspot.retype('contacts', 'jobtitle', { type: 'number', fieldType: 'number' });
    clock.advance(2 * day);
    await sync(world);
    expect((await columnNames(world)).get('brand_new')).toBe('brand_new');
    expect((await columnNames(world)).get('jobtitle')).toBe('jobtitle');
    expect(await world.differences(['contacts'])).toEqual([]);
    for (let i = 0; i < 70; i++) {
      hubspot.addProperty('contacts', { name: `later_${i}`, type: 'string', filled: true });
    }
    clock.advance(2 * day);
    await sync(world);
    const columns = await columnNames(world);
    const later = [...columns].filter(([name]) => name.startsWith('later_'));
    expect(later.filter(([, column]) => column === '_extra')).toHaveLength(70 - (80 - 2 - 20));
    expect(await slots(world)).toBe(1600 - 20);
    for (let i = 0; i < 28; i++) {
      hubspot.retype('contacts', `later_${i}`, { type: 'number', fieldType: 'number' });
    }
    clock.advance(2 * day);
    await sync(world);
    expect(await slots(world)).toBe(1600);
    expect(await world.differences(['contacts'])).toEqual([]);
  },
);
