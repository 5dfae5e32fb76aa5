import { beforeEach, describe, expect, it } from 'vitest';
import { backfillName } from '../../src/backfill.ts';
import type { Scan } from '../../src/source.ts';
import type { SyncOptions, SyncWorld } from '../support/sync-world.ts';
import { account, listening, type Asked } from './filling.ts';
import { contacts, spoil, spoilt } from './spoilt.ts';

const only = ['contacts'];

let world: SyncWorld;
beforeEach(async () => {
  world = await account();
  await world.sync();
});

describe('a backfill of ids', () => {
  it('reads these records wherever they are, and tells which there are not', async () => {
    const living = [...contacts(world)];
    const [archived, deleted, merged, into, one] = living;
    world.sandbox.world.archive('contacts', archived!);
    world.sandbox.world.gdprDelete(deleted!);
    world.sandbox.world.merge('contacts', into!, merged!);
    await spoil(world, "email = 'spoilt'", `id in (${one}, ${living[9]})`);
    const ids = ['5', archived!, deleted!, merged!, into!, one!, '9000000000000000000'];
    const { runs, states } = await world.backfill({ ids }, { only });
    expect(runs).toMatchObject([{ outcome: 'complete' }]);
    expect(states.get('contacts')?.unknown).toEqual({ count: 2, ids: ['5', '9000000000000000000'] });
    expect(await spoilt(world)).toEqual([living[9]]);
    const rows = new Map((await world.tables.rows('contacts')).map((row) => [row['id'], row]));
    expect(rows.get(archived!)).toMatchObject({ _archived: 'true', _deleted_at: null });
    expect(rows.get(deleted!)?.['_deleted_at']).not.toBeNull();
    expect(rows.get(merged!)?.['_merged_into_id']).not.toBeNull();
  });

  it('goes on after the last step', async () => {
    const large = await account({ contacts: 800, extraProperties: 0 });
    await large.sync({ only });
    const ids = [...contacts(large)];
    expect(ids.length).toBeGreaterThan(600);
    const asked: Asked[] = [];
    const options: SyncOptions = { only, around: { source: listening(asked) } };
    await large.backfill({ ids }, { ...options, steps: 1, stepSize: 1 });
    await large.backfill({ ids }, options);
    expect(asked.map(({ scan }) => (scan as Extract<Scan, { kind: 'ids' }>).ids.length)).toEqual([
      500,
      ids.length - 500,
    ]);
  });
});

describe('a backfill of properties', () => {
  it('asks for these alone, and writes these alone', async () => {
    await spoil(world, "email = 'spoilt', lastname = 'spoilt'");
    const asked: Asked[] = [];
    await world.backfill({ properties: ['email'] }, { only, around: { source: listening(asked) } });
    expect(new Set(asked.map(({ properties }) => properties.join()))).toEqual(new Set(['email']));
    expect(await spoilt(world)).toEqual([]);
    const rows = (await world.tables.rows('contacts')).filter(({ _deleted_at }) => _deleted_at === null);
    expect(rows.every(({ lastname }) => lastname === 'spoilt')).toBe(true);
    await world.backfill({ properties: ['lastname'] }, { only });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('of a span, or of ids, leaves all others alone', async () => {
    await spoil(world, "email = 'spoilt'");
    const ids = [...contacts(world)].slice(0, 5);
    await world.backfill({ ids, properties: ['email'] }, { only });
    expect((await spoilt(world)).filter((id) => ids.includes(id))).toEqual([]);
    expect((await spoilt(world)).length).toBeGreaterThan(100);
    await world.backfill({ span: { by: 'created', from: 0 }, properties: ['email'] }, { only });
    expect(await spoilt(world)).toEqual([]);
  });

  it('reads a record as a whole whose row is older or missing', async () => {
    const [older, missing, restored] = [...contacts(world)];
    world.sandbox.world.update('contacts', older!, { lastname: 'Newer' });
    await world.client.query(`delete from "${world.schema}".contacts where id = $1`, [missing]);
    await world.backfill({ ids: [older!, missing!, restored!], properties: ['email'] }, { only });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('refuses one that there is not, with the nearest name, and one that the rules leave out', async () => {
    const asked: Asked[] = [];
    const around = { source: listening(asked) };
    const { runs } = await world.backfill({ properties: ['emial'] }, { only, around });
    expect(runs).toMatchObject([{ outcome: 'failed', code: 'config_invalid' }]);
    expect(runs[0]?.reason).toBe('HubSpot has no property "emial" of contacts. Did you mean email?');
    const rules = { properties: { contacts: { exclude: ['email'] } } };
    const { runs: left } = await world.backfill({ properties: ['email'] }, { only, around, rules });
    expect(left[0]?.reason).toContain('leave the property "email" of contacts out');
    expect(asked).toEqual([]);
  });
});

it('the same request has one checkpoint, whatever the order of its words, and another one another', () => {
  const names = [
    {},
    { span: { by: 'modified', from: 1 } },
    { span: { by: 'created', from: 1 } },
    { span: { by: 'modified', until: 1 } },
    { ids: ['1', '2'] },
    { ids: ['12'] },
    { properties: ['a', 'b'] },
    { properties: ['a'] },
  ] as const;
  expect(new Set(names.map((request) => backfillName('contacts', request))).size).toBe(names.length);
  expect(backfillName('contacts', { properties: ['b', 'a'] })).toBe(backfillName('contacts', names[6]));
});
