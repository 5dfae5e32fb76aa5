import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../../src/table.ts';
import type { HeldElsewhere, Write } from '../../../src/warehouse.ts';
import type { WarehouseKind } from '../conformance.ts';
import { commit, type Firm, firm, firms, links, monday, prepare, tuesday, upsert } from './world.ts';

const gone = '2026-02-01T00:00:00.000Z';
const later = '2026-03-01T00:00:00.000Z';

const full = (id: string, more: Partial<Firm> = {}): Firm => ({
  id,
  name: `secret ${id}`,
  tags: ['secret'],
  score: '1',
  visits: '2',
  founded: monday,
  extra: '{"a": "secret"}',
  ...more,
});

const held: readonly HeldElsewhere[] = [
  { table: 'links', objectColumn: 'from_type', idColumn: 'from_id' },
  { table: 'nowhere', objectColumn: 'from_type', idColumn: 'from_id' },
  { table: 'stages', objectColumn: 'from_type', idColumn: 'from_id' },
];

const purge = (
  ids: readonly string[],
  more: { deletedAt?: string; table?: Table; inBin?: boolean } = {},
): Write => ({
  kind: 'purge',
  table: firms,
  ids,
  deletedAt: gone,
  held,
  ...more,
});

export function purgeLaws(kind: WarehouseKind): void {
  describe('purge', () => {
    it('leaves rows in the recycle bin open where the record is still there, and closes those merged into them', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = [
        full('1', { archivedAt: tuesday }),
        full('2', { mergedIntoId: '1', deletedAt: tuesday }),
        full('3', { mergedIntoId: '2' }),
        full('4', { archivedAt: tuesday }),
      ];
      await commit(warehouse, upsert(given.map(firm), firms));
      const [, , , other] = await read(firms);
      const table = { ...firms, columns: firms.columns.filter(({ name }) => name !== 'tags') };
      const erasing = purge(['1'], { inBin: true, table });
      const counts = await commit(warehouse, erasing);
      expect(counts).toMatchObject({ inserted: 0, updated: 2, removed: 1, unchanged: 0 });
      expect(await read(firms)).toEqual([
        // What is left of the record is written from the record; a column that has no property any more is not.
        firm(full('1', { archivedAt: tuesday, tags: null })),
        firm({ id: '2', mergedIntoId: '1', deletedAt: tuesday }),
        firm({ id: '3', mergedIntoId: '2', deletedAt: gone }),
        other,
      ]);
      expect(await commit(warehouse, erasing)).toMatchObject({ updated: 0, removed: 0 });
    });

    it('closes rows and clears all but their key, HubSpot’s dates and Keyway’s marks, once', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = [
        full('1', { version: tuesday }),
        full('2', { archivedAt: tuesday }),
        full('3', { deletedAt: tuesday }),
        full('4'),
      ];
      await commit(warehouse, upsert(given.map(firm), firms));
      const before = await read(firms);
      const stamp = (await stamps(firms))[3];
      const counts = await commit(warehouse, purge(['1', '2', '3', '9']));
      expect(counts).toMatchObject({ inserted: 0, updated: 1, removed: 2, unchanged: 0 });
      expect(await read(firms)).toEqual([
        firm({ id: '1', version: tuesday, deletedAt: gone }),
        firm({ id: '2', deletedAt: gone }),
        firm({ id: '3', deletedAt: tuesday }),
        before[3],
      ]);
      const stampsAfter = await stamps(firms);
      expect(stampsAfter[3]).toBe(stamp);
      const again = await commit(warehouse, purge(['1', '2', '3', '9'], { deletedAt: later }));
      expect(again).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 3 });
      expect(await stamps(firms)).toEqual(stampsAfter);
    });

    it('reaches rows that were merged into the record, at whatever remove and even in a circle', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const merged = (id: string, mergedIntoId: string): Firm =>
        full(id, { deletedAt: tuesday, mergedIntoId });
      const given = [full('1'), merged('2', '1'), merged('3', '2'), merged('4', '9'), merged('5', '5')];
      await commit(warehouse, upsert(given.map(firm), firms));
      const before = await read(firms);
      expect(await commit(warehouse, purge(['1', '5']))).toMatchObject({ updated: 3, removed: 1 });
      expect(await read(firms)).toEqual([
        firm({ id: '1', deletedAt: gone }),
        firm({ id: '2', deletedAt: tuesday, mergedIntoId: '1' }),
        firm({ id: '3', deletedAt: tuesday, mergedIntoId: '2' }),
        before[3],
        firm({ id: '5', deletedAt: tuesday, mergedIntoId: '5' }),
      ]);
    });

    it('reaches columns that the pipeline no longer has', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([firm(full('1')), firm(full('2'))], firms));
      const retyped: Table = {
        ...firms,
        columns: firms.columns
          .filter(({ name }) => name !== 'tags')
          .map((column) => (column.name === 'name' ? { ...column, type: 'json' } : column)),
      };
      const [change] = await warehouse.differences([retyped]);
      const renamed = change?.kind === 'retype_column' ? change.renamedTo : '';
      await prepare(warehouse, [retyped]);
      await commit(warehouse, purge(['1'], { table: retyped }));
      const old: Column = { name: renamed, type: 'text', description: '' };
      const columns = firms.columns.filter(({ name }) => name === 'id' || name === 'tags');
      expect(await read({ ...firms, columns: [...columns, old] })).toEqual([
        ['1', null, null],
        ['2', ['secret'], 'secret 2'],
      ]);
    });

    it('deletes what other tables say of the records, and of those merged into them, and of ids without a row', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const said = ['1', '2', '3', '9'].map((id) => ['firms', id, '7', 'secret'] as const);
      await commit(
        warehouse,
        upsert([firm(full('1')), firm(full('2', { mergedIntoId: '1' })), firm(full('3'))], firms),
        upsert([...said, ['people', '1', '7', 'kept']], links),
      );
      expect(await commit(warehouse, purge(['1', '9']))).toMatchObject({ removed: 5 });
      expect(await read(links)).toEqual([
        ['firms', '3', '7', 'secret'],
        ['people', '1', '7', 'kept'],
      ]);
    });

    it('passes over a table that does not exist', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([['planets', '1', '7', 'secret']], links));
      const counts = await commit(warehouse, purge(['1'], { table: { ...firms, name: 'planets' } }));
      expect(counts).toMatchObject({ updated: 0, removed: 1, unchanged: 0 });
      expect(await read(links)).toEqual([]);
    });

    it('is undone when the record comes back', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const rows = [firm(full('1'))];
      await commit(warehouse, upsert(rows, firms), purge(['1']));
      expect(await read(firms)).toEqual([firm({ id: '1', deletedAt: gone })]);
      expect(await commit(warehouse, upsert(rows, firms))).toMatchObject({ updated: 1 });
      expect(await read(firms)).toEqual(rows);
    });
  });
}
