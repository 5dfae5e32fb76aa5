import { describe, expect, it } from 'vitest';
import type { Row, Table } from '../../../src/table.ts';
import type { Write } from '../../../src/warehouse.ts';
import type { WarehouseKind } from '../conformance.ts';
import { batch, commit, firm, firms, monday, prepare, tuesday, upsert } from './world.ts';

const names = ['id', 'score', 'visits', '_updated_at'];
const calculated: Table = {
  ...firms,
  columns: names.flatMap((name) => firms.columns.filter((column) => column.name === name)),
};

const refresh = (rows: readonly Row[], misfits: readonly string[] = []): Write => ({
  kind: 'refresh',
  table: calculated,
  rows,
  misfits,
});

export function refreshLaws(kind: WarehouseKind): void {
  describe('refresh', () => {
    it('updates the given columns, where they differ, and nothing else', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const ada = firm({ id: '1', name: 'Ada', tags: ['a'], score: '1.5', visits: '1', extra: '{"k": 1}' });
      const bo = firm({ id: '2', name: 'Bo', score: '2', visits: null });
      await commit(warehouse, upsert([ada, bo], firms));
      const before = await stamps(firms);
      const counts = await commit(
        warehouse,
        refresh([
          ['1', null, '7', monday],
          ['2', '2', null, monday],
        ]),
      );
      expect(counts).toMatchObject({ inserted: 0, updated: 1, removed: 0, unchanged: 1 });
      expect(await read(firms)).toEqual([
        firm({ id: '1', name: 'Ada', tags: ['a'], score: null, visits: '7', extra: '{"k": 1}' }),
        bo,
      ]);
      const after = await stamps(firms);
      expect(after[0]).not.toBe(before[0]);
      expect(after[1]).toBe(before[1]);
    });

    it('inserts nothing, and leaves rows of another version and closed ones alone', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const rows = [
        firm({ id: '1', score: '1', version: tuesday }),
        firm({ id: '2', score: '1', version: monday }),
        firm({ id: '3', score: '1', deletedAt: tuesday }),
        firm({ id: '4', score: '1', archivedAt: tuesday }),
      ];
      await commit(warehouse, upsert(rows, firms));
      const before = await stamps(firms);
      const counts = await commit(
        warehouse,
        refresh([
          ['1', '9', null, monday],
          ['2', '9', null, tuesday],
          ['3', '9', null, monday],
          ['5', '9', null, monday],
        ]),
      );
      expect(counts).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 4 });
      expect(await read(firms)).toEqual(rows);
      expect(await stamps(firms)).toEqual(before);
      expect(await commit(warehouse, refresh([['4', '9', null, monday]]))).toMatchObject({ updated: 1 });
    });

    it('drops misfits that fit by now from the values without a column, and the last one leaves nothing', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const extras = ['{"score": "x", "other": "y"}', '{"visits": "x"}', '{"other": "y"}', null];
      const rows = extras.map((extra, index) => firm({ id: String(index + 1), score: '1', extra }));
      await commit(warehouse, upsert(rows, firms));
      const before = await stamps(firms);
      const given = rows.map((_, index): Row => [String(index + 1), '1', null, monday]);
      expect(await commit(warehouse, refresh(given, ['score', 'visits']))).toMatchObject({
        updated: 2,
        unchanged: 2,
      });
      const stored = (await read(firms)).map((row) => row.at(-1));
      expect(
        stored.map((extra) => (typeof extra === 'string' ? (JSON.parse(extra) as unknown) : extra)),
      ).toEqual([{ other: 'y' }, null, { other: 'y' }, null]);
      expect((await stamps(firms)).slice(2)).toEqual(before.slice(2));
      expect(await commit(warehouse, refresh(given, ['score', 'visits']))).toMatchObject({
        updated: 0,
        unchanged: 4,
      });
    });

    it('puts values without a column in the place of those that were there, and leaves others', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const extras = ['{"a": "1", "other": "y"}', '{"b": "2"}', null, '{"a": "3"}'];
      const rows = extras.map((extra, index) => firm({ id: String(index + 1), score: '1', extra }));
      await commit(warehouse, upsert(rows, firms));
      const before = await stamps(firms);
      const extra = firms.columns.filter(({ name }) => name === '_extra');
      const table: Table = { ...calculated, columns: [...calculated.columns, ...extra] };
      const given = ['{"a":"7"}', null, '{"__proto__":"8"}', '{"a":"3"}'];
      const write: Write = {
        kind: 'refresh',
        table,
        rows: given.map((each, index): Row => [String(index + 1), '1', null, monday, each]),
        misfits: ['a', 'b', '__proto__'],
      };
      expect(await commit(warehouse, write)).toMatchObject({ updated: 3, unchanged: 1 });
      const stored = (await read(firms)).map((row) => row.at(-1));
      expect(stored.map((each) => (typeof each === 'string' ? sortedMembers(each) : each))).toEqual([
        '{"a":"7","other":"y"}',
        null,
        '{"__proto__":"8"}',
        '{"a":"3"}',
      ]);
      expect((await stamps(firms))[3]).toBe(before[3]);
      expect(await commit(warehouse, write)).toMatchObject({ updated: 0, unchanged: 4 });
    });

    it('lets a row that is upserted in the same batch go first', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const writes = [
        upsert([firm({ id: '1', score: '1', version: tuesday })], firms),
        refresh([['1', '2', null, tuesday]]),
        refresh([]),
      ];
      expect(await warehouse.commit(batch(writes, 0))).toMatchObject({ inserted: 1, updated: 1 });
      expect(await read(firms)).toEqual([firm({ id: '1', score: '2', version: tuesday })]);
    });
  });
}

function sortedMembers(document: string): string {
  const members = Object.entries(JSON.parse(document) as object);
  return JSON.stringify(Object.fromEntries(members.sort(([a], [b]) => (a < b ? -1 : 1))));
}
