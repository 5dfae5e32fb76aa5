import { describe, expect, it } from 'vitest';
import type { Row, Table } from '../../../src/table.ts';
import type { Write } from '../../../src/warehouse.ts';
import type { WarehouseKind } from '../conformance.ts';
import { commit, firm, firms, prepare, tuesday, upsert } from './world.ts';

const clear = (columns: Readonly<Record<string, string>>, ids: readonly string[]): Write => ({
  kind: 'clear',
  table: firms,
  columns: new Map(Object.entries(columns)),
  ids,
});

/** Documents without the spaces that only some warehouses write. */
function compact(row: Row): Row {
  return row.map((cell) =>
    typeof cell === 'string' && cell.startsWith('{') ? cell.replaceAll(' ', '') : cell,
  );
}

export function clearLaws(kind: WarehouseKind): void {
  describe('clear', () => {
    it('empties the columns in the rows of the ids, dead ones too, and nothing else', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const full = { name: 'Ada', tags: ['a'], score: '1', extra: '{"k": 1, "m": 2}' };
      const [living, dead, other] = [
        { id: '1', ...full },
        { id: '2', ...full, version: null, deletedAt: tuesday },
        { id: '3', ...full },
      ];
      await commit(warehouse, upsert([firm(living), firm(dead), firm(other), firm({ id: '4' })], firms));
      const before = await stamps(firms);
      const counts = await commit(
        warehouse,
        clear({ name: 'k', tags: 'n', nowhere: 'n' }, ['1', '2', '4', '9']),
      );
      expect(counts).toMatchObject({ inserted: 0, updated: 2, removed: 0 });
      const cleared = { name: null, tags: null, extra: '{"m":2}' };
      expect((await read(firms)).map(compact)).toEqual([
        firm({ ...living, ...cleared }),
        firm({ ...dead, ...cleared }),
        compact(firm(other)),
        firm({ id: '4' }),
      ]);
      const after = await stamps(firms);
      expect(after.map((stamp, i) => stamp === before[i])).toEqual([false, false, true, true]);
    });

    it('leaves no empty document behind', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([firm({ id: '1', extra: '{"k": 1}' })], firms));
      await commit(warehouse, clear({ gone: 'k' }, ['1']));
      expect(await read(firms)).toEqual([firm({ id: '1' })]);
    });

    it('reaches what a column was before its type changed, and no other column of a like name', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([firm({ id: '1', name: 'Ada', score: '1' })], firms));
      const retyped: Table = {
        ...firms,
        columns: firms.columns.map((column) =>
          column.name === 'name' ? { ...column, type: 'number' } : column,
        ),
      };
      const named: Table = {
        ...retyped,
        columns: [...retyped.columns, { name: 'name_2', type: 'text', description: 'Another' }],
      };
      await prepare(warehouse, [named]);
      await commit(warehouse, upsert([[...firm({ id: '1', name: '7', score: '1' }), 'stays']], named));
      await commit(warehouse, clear({ name: 'name' }, ['1']));
      const former: Table = {
        ...firms,
        columns: ['id', 'name', 'name__was_text', 'name_2', 'score'].map((name) => ({
          name,
          type: 'text',
          description: '',
        })),
      };
      expect(await read(former)).toEqual([['1', null, null, 'stays', '1']]);
    });

    it('of a table that is not there is nothing to do', async () => {
      const { open } = await kind.subject();
      const warehouse = await open();
      await warehouse.migrate();
      expect(await commit(warehouse, clear({ name: 'name' }, ['1']))).toMatchObject({ updated: 0 });
    });
  });
}
