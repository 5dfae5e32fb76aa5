import { expect, it } from 'vitest';
import { joinWrites } from '../../src/sync/join-writes.ts';
import type { Table } from '../../src/table.ts';
import type { Write } from '../../src/warehouse.ts';

const people: Table = { name: 'people', description: '', columns: [], key: [] };
const places: Table = { ...people, name: 'places' };

const upsert = (table: Table, ...ids: string[]): Write => ({
  kind: 'upsert',
  table,
  rows: ids.map((id) => [id]),
});
const close = (table: Table, id: string): Write => ({
  kind: 'close',
  table,
  closures: [{ id, deletedAt: 'now' }],
});

it('joins rows of a table across writes of other tables, in their order', () => {
  expect(joinWrites([upsert(people, '1'), upsert(places, 'a'), upsert(people, '2', '3')])).toEqual([
    upsert(people, '1', '2', '3'),
    upsert(places, 'a'),
  ]);
});

it('lets no row overtake a write that closes it', () => {
  const writes = [upsert(people, '1'), close(people, '1'), upsert(people, '1'), close(places, 'a')];
  expect(joinWrites(writes)).toEqual(writes);
});

it('leaves the writes that it was given as they were', () => {
  const first = upsert(people, '1');
  joinWrites([first, upsert(people, '2')]);
  expect(first).toEqual(upsert(people, '1'));
});

it('keeps rows apart that look at versions from rows of the same table that do not', () => {
  const versioned: Table = { ...people, version: 'at' };
  const writes = [upsert(versioned, '1'), upsert(people, '1'), upsert(versioned, '2')];
  expect(joinWrites(writes)).toEqual(writes);
});

it('keeps rows apart that have other columns', () => {
  const named: Table = { ...people, columns: [{ name: 'id', type: 'text', description: '' }] };
  const writes = [upsert(named, '1'), upsert(people, '1'), upsert(named, '2')];
  expect(joinWrites(writes)).toEqual(writes);
});
