import { describe, expect, it } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import type { Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { living, openAccount, syncHistory, timeline } from './history-account.ts';

describe('the history of properties', () => {
  it('has windows that a plain query gets right: the first from creation on, the last one what holds now', async () => {
    const world = await openAccount();
    const { run } = await syncHistory(world);
    expect(run).toMatchObject({ outcome: 'complete', counts: { updated: 0, removed: 0 } });
    expect(await world.differences()).toEqual([]);
    const [deal = ''] = living(world, 'deals');
    for (const [ms, dealstage] of [
      [1000, 'a'],
      [0, 'b'],
      [0, null],
      [5, 'c'],
    ] as const) {
      world.sandbox.clock.advance(ms);
      world.sandbox.world.update('deals', deal, { dealstage });
    }
    world.sandbox.clock.advance(7_200_000);
    await syncHistory(world);
    expect(await world.differences()).toEqual([]);
    const { rows } = await world.client.query<{ wrong: number; first: number; deals: number }>(
      `with windows as (
         select object_id, value, changed_at, lead(changed_at) over
                  (partition by object_type, object_id, property order by changed_at) as until
           from "${world.schema}".property_history where object_type = 'deals' and property = 'dealstage'
       )
       select count(*) filter (where until is null and value <> coalesce(dealstage, ''))::int as wrong,
              count(*) filter (where until is null)::int as deals,
              count(*) filter (where changed_at = _created_at)::int as first
         from windows join "${world.schema}".deals on id = object_id`,
    );
    const { deals } = rows[0]!;
    expect(deals).toBeGreaterThan(20);
    expect(rows).toEqual([{ wrong: 0, first: deals, deals }]);
    expect((await timeline(world, deal, 'dealstage')).slice(-4)).toEqual(['a', 'b', '', 'c']);
  });

  it('costs what has changed: rows that were written are asked for, fifty at once, and no others', async () => {
    const world = await openAccount({ contacts: 130 });
    const first = await syncHistory(world);
    expect(Math.max(...first.asked.map(({ records }) => records.length))).toBe(50);
    const { asked: none } = await syncHistory(world);
    expect(none).toEqual([]);
    const ids = living(world, 'contacts').slice(0, 51);
    const [away = ''] = living(world, 'deals');
    world.sandbox.world.bulkUpdate('contacts', ids, { lifecyclestage: 'customer' });
    world.sandbox.world.archive('deals', away);
    world.sandbox.clock.advance(600_000);
    const { asked } = await syncHistory(world);
    expect(asked.map(({ object, archived, records }) => [object, archived, records.length])).toEqual([
      ['contacts', false, 50],
      ['contacts', false, 1],
      ['deals', true, 1],
    ]);
    expect(await world.differences()).toEqual([]);
  });

  it('of a property that is named later is filled for old records, for it alone', async () => {
    const world = await openAccount();
    await syncHistory(world, { history: { deals: ['dealstage'], contacts: [], companies: [], tickets: [] } });
    const history = { deals: ['dealstage', 'amount'], contacts: [], companies: [], tickets: ['subject'] };
    const { asked } = await syncHistory(world, { history });
    expect([...new Set(asked.map(({ object, properties }) => `${object}: ${properties.join()}`))]).toEqual([
      'deals: amount',
      'tickets: subject',
    ]);
    expect(await world.differences(undefined, { history })).toEqual([]);
    expect((await syncHistory(world, { history })).asked).toEqual([]);
  });

  it('goes on where it was interrupted', async () => {
    const world = await openAccount({ contacts: 300 });
    const only = ['properties', 'owners', 'contacts', 'property_history'];
    const history = { contacts: ['lifecyclestage'], companies: [], deals: [], tickets: [] };
    const calls = async (most: number): Promise<{ run: PipelineRun; ids: readonly string[] }> => {
      const ids: string[] = [];
      const dying = (source: Source): Source => ({
        ...source,
        limits: { ...source.limits, historyIds: 20 },
        history(object, question, signal) {
          if (ids.length >= most) throw new Error('planted death');
          ids.push(...question.records.map(({ id }) => id));
          return source.history(object, question, signal);
        },
      });
      const eager = (warehouse: Warehouse): Warehouse => ({
        ...warehouse,
        limits: { ...warehouse.limits, rows: 1 },
      });
      const runs = await world.sync({ only, history, around: { source: dying, warehouse: eager } });
      return { run: runs.find(({ pipeline }) => pipeline === 'property_history')!, ids };
    };
    const first = await calls(120);
    expect(first.run.outcome).toBe('failed');
    expect(first.run.completeUpTo).toBeUndefined();
    const rest = await calls(Number.POSITIVE_INFINITY);
    expect(rest.run.outcome).toBe('complete');
    const all = new Set([...first.ids, ...rest.ids]);
    expect(first.ids.length).toBe(120);
    expect(rest.ids.length).toBeLessThan(all.size - 20);
    expect(await world.differences(['contacts'], { history })).toEqual([]);
  });

  it('misses nothing when the clock of the warehouse is set back', async () => {
    const world = await openAccount();
    const history = { contacts: [], companies: [], deals: ['dealstage'], tickets: [] };
    const ahead = (warehouse: Warehouse): Warehouse => ({
      ...warehouse,
      now: async () => (await warehouse.now()) + 7_200_000,
    });
    await world.sync({ history, around: { warehouse: ahead } });
    const [deal = ''] = living(world, 'deals');
    world.sandbox.world.update('deals', deal, { dealstage: 'a' });
    world.sandbox.clock.advance(600_000);
    const { asked } = await syncHistory(world, { history });
    expect(asked.flatMap(({ records }) => records.map(({ id }) => id))).toContain(deal);
    expect(await world.differences(['deals'], { history })).toEqual([]);
    expect((await syncHistory(world, { history })).asked).toEqual([]);
  });

  it('keeps what HubSpot no longer tells', async () => {
    const world = await openAccount({ unknowns: { historyLength: 2, historyOrder: 'none' } });
    const [deal = ''] = living(world, 'deals');
    for (const dealstage of ['a', 'b', 'c', 'd']) {
      world.sandbox.world.update('deals', deal, { dealstage });
      world.sandbox.clock.advance(600_000);
      await syncHistory(world);
    }
    expect((await timeline(world, deal, 'dealstage')).slice(-4)).toEqual(['a', 'b', 'c', 'd']);
    expect(await world.differences()).toEqual([]);
  });

  it('holds values longer than an index can', async () => {
    const world = await openAccount();
    const [deal = ''] = living(world, 'deals');
    const long = Array.from({ length: 60_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * i) % 9000)));
    world.sandbox.world.update('deals', deal, { dealname: long.join('') });
    const { run } = await syncHistory(world, { history: { deals: ['dealname'] } });
    expect(run.outcome).toBe('complete');
    expect((await timeline(world, deal, 'dealname')).at(-1)).toBe(long.join(''));
  });
});

describe('what cannot be read', () => {
  it('is left out and said where somebody named it; the usual properties are read as far as they are there', async () => {
    const world = await openAccount();
    const history = { deals: ['dealstage', 'dealstge'] };
    const { run, asked } = await syncHistory(world, { history });
    expect(run).toMatchObject({ outcome: 'partial', completeUpTo: expect.any(Number) as number });
    expect(run.code).toBeUndefined();
    expect(run.reason).toMatch(/history of dealstge of deals is left out/);
    expect(asked.flatMap(({ properties }) => properties)).not.toContain('dealstge');
    world.sandbox.world.archiveProperty('contacts', 'lifecyclestage');
    expect((await syncHistory(world)).run.outcome).toBe('complete');
  });

  it('of a property that was away is read when it is back', async () => {
    const world = await openAccount();
    await syncHistory(world);
    const [contact = ''] = living(world, 'contacts');
    world.sandbox.world.archiveProperty('contacts', 'lifecyclestage');
    world.sandbox.world.update('contacts', contact, { lifecyclestage: 'other' });
    world.sandbox.clock.advance(600_000);
    await syncHistory(world);
    world.sandbox.world.restoreProperty('contacts', 'lifecyclestage');
    await syncHistory(world);
    expect(await world.differences()).toEqual([]);
  });

  it('of a record holds up no other, is asked for again, and takes nothing from the rows of its object', async () => {
    const world = await openAccount();
    await syncHistory(world);
    const [broken = '', fine = ''] = living(world, 'deals');
    for (const id of [broken, fine]) world.sandbox.world.update('deals', id, { dealstage: 'new' });
    world.sandbox.clock.advance(7_200_000);
    const failing = withoutRecord(broken);
    const { run } = await syncHistory(world, { bend: failing });
    expect(run).toMatchObject({ outcome: 'partial', code: 'hubspot_bad_answer' });
    expect(run.reason).toContain(`histories of deals (id ${broken})`);
    expect((await timeline(world, fine, 'dealstage')).at(-1)).toBe('new');
    expect((await world.differences()).every((each) => each.includes('history of'))).toBe(true);
    const again = await syncHistory(world);
    expect(again.run.outcome).toBe('complete');
    expect(again.run.completeUpTo).toBeGreaterThan(run.completeUpTo ?? 0);
    expect(again.asked.flatMap(({ records }) => records.map(({ id }) => id))).toEqual([broken]);
    expect(await world.differences()).toEqual([]);
  });

  it('of a record that could not be read stays due, though another property of it can be read', async () => {
    const world = await openAccount();
    const history = { deals: ['dealstage'], contacts: [], companies: [], tickets: [] };
    await syncHistory(world, { history });
    const [broken = ''] = living(world, 'deals');
    world.sandbox.world.update('deals', broken, { dealstage: 'new' });
    world.sandbox.clock.advance(7_200_000);
    const wider = { ...history, deals: ['dealstage', 'amount'] };
    const failing = withoutRecord(broken, (properties) => properties.includes('dealstage'));
    const { run } = await syncHistory(world, { history: wider, bend: failing });
    expect(run).toMatchObject({ outcome: 'partial', code: 'hubspot_bad_answer' });
    expect((await syncHistory(world, { history: wider })).run).toMatchObject({ outcome: 'complete' });
    expect(await world.differences(undefined, { history: wider })).toEqual([]);
  });

  it('of a record that was merged away, and is back before its row knows, is asked for again', async () => {
    const world = await openAccount();
    await syncHistory(world);
    const { sandbox } = world;
    const [company = '', other = ''] = living(world, 'companies');
    sandbox.world.update('companies', company, { lifecyclestage: 'customer' });
    sandbox.clock.advance(600_000);
    let survivor = '';
    const merging = (source: Source): Source => ({
      ...source,
      history(object, question, signal) {
        if (survivor === '') survivor = sandbox.world.merge('companies', company, other);
        return source.history(object, question, signal);
      },
    });
    const { run } = await syncHistory(world, { bend: merging });
    expect(run.outcome).toBe('complete');
    expect((await timeline(world, company, 'lifecyclestage')).at(-1)).not.toBe('customer');
    sandbox.world.unmerge('companies', survivor);
    const { asked } = await syncHistory(world);
    expect(asked.flatMap(({ records }) => records.map(({ id }) => id))).toContain(company);
    expect((await timeline(world, company, 'lifecyclestage')).at(-1)).toBe('customer');
  });

  it('of an object that is skipped stays as it was', async () => {
    const world = await openAccount();
    await syncHistory(world);
    world.sandbox.world.keys.grant(['oauth', 'crm.objects.contacts.read', 'crm.objects.companies.read']);
    const before = await world.tables.rows('property_history');
    const { run } = await syncHistory(world);
    expect(run.outcome).toBe('partial');
    expect(run.reason).toContain('The history of deals stays as it was');
    expect(await world.tables.rows('property_history')).toEqual(before);
  });
});

/** Fails at one record, when it is asked for some properties. */
function withoutRecord(
  broken: string,
  isAbout: (properties: readonly string[]) => boolean = () => true,
): (source: Source) => Source {
  return (source) => ({
    ...source,
    async history(object, question, signal) {
      const answer = await source.history(object, question, signal);
      const records = answer.records.filter(({ id }) => id !== broken);
      if (records.length === answer.records.length || !isAbout(question.properties)) return answer;
      return { ...answer, records, failed: [{ id: broken, reason: 'It is broken.' }] };
    },
  });
}
