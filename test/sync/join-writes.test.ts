import { describe, expect, it } from 'vitest';
import { joinWrites } from '../../src/sync/join-writes.ts';
import type { Table } from '../../src/table.ts';
import type { Write } from '../../src/warehouse.ts';

const people: Table = {
  name: 'people',
  description: '',
  columns: [{ name: 'id', type: 'integer', description: '' }],
  key: ['id'],
};
const places: Table = { ...people, name: 'places' };

const upsert = (table: Table, ...ids: string[]): Write => ({
  kind: 'upsert',
  table,
  rows: ids.map((id) => [id]),
});
const close = (table: Table, ...ids: string[]): Write => ({
  kind: 'close',
  table,
  closures: ids.map((id) => ({ id, deletedAt: 'now' })),
});
const misfits: readonly string[] = [];
const refresh = (table: Table, ...ids: string[]): Write => ({
  kind: 'refresh',
  table,
  misfits,
  rows: ids.map((id) => [id]),
});
const held: never[] = [];
const purge = (inBin: boolean, ...ids: string[]): Write => ({
  kind: 'purge',
  table: people,
  ids,
  deletedAt: 'now',
  held,
  ...(inBin && { inBin }),
});
const replace = (ids: readonly string[], ...rows: string[]): Write => ({
  kind: 'replace',
  table: people,
  rows: rows.map((id) => [id]),
  within: { from_type: 'deals' },
  parents: { column: 'from_id', ids },
});

describe('rows', () => {
  it('of a table are joined across writes of other tables, in their order', () => {
    expect(joinWrites([upsert(people, '1'), upsert(places, 'a'), upsert(people, '2', '3')])).toEqual([
      upsert(people, '1', '2', '3'),
      upsert(places, 'a'),
    ]);
  });

  it('overtake no write that closes them', () => {
    const writes = [upsert(people, '1'), close(people, '1'), upsert(people, '1'), close(places, 'a')];
    expect(joinWrites(writes)).toEqual(writes);
  });

  it('that look at versions stay apart from rows of the same table that do not', () => {
    const versioned: Table = { ...people, version: 'at' };
    const writes = [upsert(versioned, '1'), upsert(people, '1'), upsert(versioned, '1')];
    expect(joinWrites(writes)).toEqual(writes);
  });

  it('that have other columns stay apart', () => {
    const named: Table = { ...people, columns: [{ name: 'id', type: 'text', description: '' }] };
    const writes = [upsert(named, '1'), upsert(people, '1'), upsert(named, '1')];
    expect(joinWrites(writes)).toEqual(writes);
  });
});

describe('pages that each hold something of everything', () => {
  it('become one write of each kind', () => {
    const pages = ['1', '2', '3'].map((n) => [
      upsert(people, `${n}1`),
      close(people, `${n}2`),
      purge(true, `${n}3`),
      refresh(people, `${n}4`),
    ]);
    expect(joinWrites(pages.flat())).toEqual([
      upsert(people, '11', '21', '31'),
      close(people, '12', '22', '32'),
      refresh(people, '14', '24', '34'),
      purge(true, '13', '23', '33'),
    ]);
  });

  it('become more where they are about the same records', () => {
    const writes = [
      upsert(people, '1'),
      close(people, '1'),
      refresh(people, '1'),
      purge(true, '1'),
      upsert(people, '1'),
      close(people, '1'),
      refresh(people, '1'),
      purge(true, '1'),
    ];
    expect(joinWrites(writes)).toEqual(writes);
  });
});

describe('values', () => {
  it('that are refreshed twice are so one after the other: which holds depends on the row', () => {
    const writes = [refresh(people, '1', '2'), refresh(people, '2')];
    expect(joinWrites(writes)).toEqual(writes);
  });

  it('with other misfits stay apart', () => {
    const other: Write = { ...(refresh(people, '2') as Extract<Write, { kind: 'refresh' }>), misfits: ['a'] };
    const writes = [refresh(people, '1'), other];
    expect(joinWrites(writes)).toEqual(writes);
  });
});

describe('records that were deleted for good', () => {
  it('are overtaken by nothing: what was merged into them goes with them', () => {
    const writes = [
      upsert(people, '1'),
      purge(false, '7'),
      upsert(people, '2'),
      purge(false, '8'),
      close(people, '3'),
    ];
    expect(joinWrites(writes)).toEqual(writes);
  });

  it('wait in the bin for what is merged into them meanwhile', () => {
    expect(joinWrites([purge(true, '7'), close(people, '2'), purge(true, '8')])).toEqual([
      close(people, '2'),
      purge(true, '7', '8'),
    ]);
  });

  it('do not wait there where one of them is written again', () => {
    const writes = [purge(true, '7'), upsert(people, '7'), purge(true, '8')];
    expect(joinWrites(writes)).toEqual(writes);
  });
});

describe('what replaces', () => {
  it('what hangs on other records of a pair becomes one write', () => {
    expect(joinWrites([replace(['1', '2'], 'a'), replace(['3']), replace(['4'], 'b')])).toEqual([
      replace(['1', '2', '3', '4'], 'a', 'b'),
    ]);
  });

  it('what hangs on the same record, on another pair, or in a range stays as it is', () => {
    const ofOthers = { ...replace(['5']), within: { from_type: 'tickets' } } as Write;
    const inRange = { ...replace(['6']), range: { column: 'to_id', after: '1' } } as Write;
    const writes = [
      replace(['1'], 'a'),
      replace(['1'], 'b'),
      ofOthers,
      inRange,
      inRange,
      upsert(people, '9'),
      replace(['7']),
    ];
    expect(joinWrites(writes)).toEqual(writes);
  });
});

it('the writes that were given stay as they were', () => {
  const first = upsert(people, '1');
  joinWrites([first, upsert(people, '2')]);
  expect(first).toEqual(upsert(people, '1'));
});
