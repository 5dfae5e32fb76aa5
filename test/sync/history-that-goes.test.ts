import { describe, expect, it } from 'vitest';
import type { Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { tightLimits } from '../support/tight-limits.ts';
import type { SyncWorld } from '../support/sync-world.ts';
import { living, openAccount, syncHistory, timeline } from './history-account.ts';

describe('what may not stay', () => {
  const history = { contacts: ['email'] };
  const rowsOf = async (world: SyncWorld, id: string): Promise<number> =>
    (await timeline(world, id, 'email')).length;

  it.each([false, true])(
    'of somebody who is erased while history is read is gone after the next run, whatever HubSpot leaves in its bin: %s',
    async (leaves) => {
      const unknowns = { gdprLeavesArchived: leaves, gdprLeavesHistory: leaves };
      const world = await openAccount({ unknowns });
      const [person = ''] = living(world, 'contacts');
      world.sandbox.world.update('contacts', person, { email: 'ada@example.com' });
      let erased = false;
      const meanwhile = (source: Source): Source => ({
        ...source,
        async history(object, question, signal) {
          const answer = await source.history(object, question, signal);
          if (!erased && answer.records.some(({ id }) => id === person)) {
            erased = true;
            world.sandbox.world.gdprDelete(person);
            world.sandbox.clock.advance(60_000);
            // Another process finds out first, and clears what is there.
            await world.sync({ only: ['contacts'] });
          }
          return answer;
        },
      });
      await syncHistory(world, { history, bend: meanwhile });
      expect(await rowsOf(world, person)).toBeGreaterThan(0);
      const next = await syncHistory(world, { history });
      expect(await rowsOf(world, person)).toBe(0);
      expect(next.asked.flatMap(({ records }) => records.map(({ id }) => id))).not.toContain(person);
      await syncHistory(world, { history, fullRefresh: true });
      expect(await rowsOf(world, person)).toBe(0);
    },
  );

  it('by the privacy rules is taken away, and read anew where values are to be kept in another way', async () => {
    const world = await openAccount();
    const [person = ''] = living(world, 'contacts');
    world.sandbox.world.update('contacts', person, { email: 'ada@example.com' });
    const tables = async (): Promise<string> => JSON.stringify(await world.tables.rows('property_history'));
    await syncHistory(world, { history });
    expect(await tables()).toContain('ada@example.com');
    const key = 'k'.repeat(32);
    const hashed = { properties: { contacts: { hash: ['email'] } }, key };
    await syncHistory(world, { history, rules: hashed });
    expect(await tables()).not.toContain('ada@example.com');
    const values = await timeline(world, person, 'email');
    expect(values.at(-1)).toMatch(/^[0-9a-f]{64}$/);
    await syncHistory(world, { history, rules: { ...hashed, key: 'x'.repeat(32) } });
    expect(await timeline(world, person, 'email')).toHaveLength(values.length);
    expect(await timeline(world, person, 'email')).not.toContain(values.at(-1));
    await syncHistory(world, { history });
    expect(await tables()).toContain('ada@example.com');
    // Also where its history is no longer wanted.
    await syncHistory(world, { history: { contacts: [] } });
    expect(await tables()).toContain('ada@example.com');
    const { asked, run } = await syncHistory(world, {
      history: { contacts: [] },
      rules: { properties: { contacts: { exclude: ['email'] } } },
    });
    expect(run.outcome).toBe('complete');
    expect(asked.flatMap(({ properties }) => properties)).not.toContain('email');
    expect(await tables()).not.toContain('ada@example.com');
  });

  it('is not mixed, where a backfill comes between a change of the rules and a sync', async () => {
    const world = await openAccount();
    const [person = ''] = living(world, 'contacts');
    world.sandbox.world.update('contacts', person, { email: 'ada@example.com' });
    await syncHistory(world, { history });
    const before = await timeline(world, person, 'email');
    world.sandbox.clock.advance(1000);
    world.sandbox.world.update('contacts', person, { email: 'grace@example.com' });
    const rules = { properties: { contacts: { hash: ['email'] } }, key: 'k'.repeat(32) };
    await world.backfill({ ids: [person] }, { only: ['contacts'], history, rules });
    expect(await timeline(world, person, 'email')).toEqual(before);
    await syncHistory(world, { history });
    expect(await timeline(world, person, 'email')).toEqual([...before, 'grace@example.com']);
  });

  it('is not that of a record in the bin which has a value, whichever properties have columns', async () => {
    const world = await openAccount({ extraProperties: 12 });
    const person = world.sandbox.world.create('contacts', { lastname: 'Santos' });
    world.sandbox.world.archive('contacts', person);
    const narrow = (warehouse: Warehouse): Warehouse => ({
      ...warehouse,
      limits: { ...warehouse.limits, ...tightLimits({ columns: 45 }, warehouse.limits) },
    });
    const around = { warehouse: narrow };
    await world.sync({ only: ['contacts', 'property_history'], history: { contacts: ['lastname'] }, around });
    expect(await timeline(world, person, 'lastname')).toEqual(['Santos']);
  });

  it('by the privacy rules goes also where HubSpot does not list the property any more', async () => {
    const world = await openAccount();
    const [person = ''] = living(world, 'contacts');
    world.sandbox.world.update('contacts', person, { email: 'ada@example.com' });
    await syncHistory(world, { history });
    world.sandbox.world.archiveProperty('contacts', 'email');
    await syncHistory(world, { history });
    expect(await rowsOf(world, person)).toBeGreaterThan(0);
    await syncHistory(world, { history, rules: { properties: { '*': { exclude: ['em*'] } } } });
    expect(await rowsOf(world, person)).toBe(0);
  });

  it('of a property that was deleted, and made anew under its name, is that of the new one', async () => {
    const world = await openAccount();
    const made = { name: 'mine', type: 'string', fieldType: 'text' };
    const tracked = { contacts: ['mine'], companies: [], deals: [], tickets: [] };
    world.sandbox.world.addProperty('contacts', { ...made, fill: () => 'old' });
    await syncHistory(world, { history: tracked });
    world.sandbox.clock.advance(60_000);
    world.sandbox.world.deleteProperty('contacts', 'mine');
    world.sandbox.world.addProperty('contacts', { ...made, fill: () => 'new' });
    await syncHistory(world, { history: tracked });
    const values = (await world.tables.rows('property_history')).map(({ value }) => value);
    expect(new Set(values)).toEqual(new Set(['new']));
  });

  it('is not what HubSpot tells with another spelling of when a property was defined', async () => {
    const world = await openAccount({ unknowns: { historyLength: 2 } });
    world.sandbox.world.addProperty('contacts', { name: 'mine', type: 'string', fieldType: 'text' });
    const [person = ''] = living(world, 'contacts');
    const tracked = { contacts: ['mine'], companies: [], deals: [], tickets: [] };
    for (const mine of ['a', 'b', 'c', 'd']) {
      world.sandbox.world.update('contacts', person, { mine });
      world.sandbox.clock.advance(600_000);
      await syncHistory(world, { history: tracked });
    }
    const bend = (source: Source): Source => ({
      ...source,
      properties: async (...given) =>
        (await source.properties(...given)).map((property) => ({
          ...property,
          createdAt: property.createdAt?.replace('Z', '+00:00') ?? null,
        })),
    });
    const { asked } = await syncHistory(world, { history: tracked, bend });
    expect(asked).toEqual([]);
    expect(await timeline(world, person, 'mine')).toEqual(expect.arrayContaining(['a', 'b', 'c', 'd']));
  });

  it('with its table comes back, also that of objects that are not synced when this happens', async () => {
    const world = await openAccount();
    await syncHistory(world);
    await world.client.query(`drop table "${world.schema}".property_history`);
    await syncHistory(world, { objects: ['contacts', 'companies'] });
    expect(await syncHistory(world)).toMatchObject({ run: { outcome: 'complete' } });
    expect(await world.differences()).toEqual([]);
  });
});
