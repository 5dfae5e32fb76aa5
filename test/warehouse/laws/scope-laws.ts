import { describe, expect, it } from 'vitest';
import type { CellQuery } from '../../../src/scope.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { WarehouseKind } from '../conformance.ts';
import { commit, laterThan, links, monday, people, person, prepare, stages, upsert } from './world.ts';

async function cells(warehouse: Warehouse, query: Omit<CellQuery, 'table'>): Promise<readonly string[]> {
  const found = await warehouse.cells({ table: 'links', ...query });
  return found.map((texts) => texts.join(' ')).sort();
}

export function scopeLaws(kind: WarehouseKind): void {
  describe('a scope', () => {
    it('has the rows of its cells and parents, and gives what is in them once', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = [
        ['deal', '1', '7', null],
        ['deal', '1', '8', 'Primary'],
        ['deal', '2', '7', null],
        ['ticket', '1', '9', null],
      ];
      await commit(warehouse, upsert(given, links));
      const within = { from_type: 'deal' };
      const parents = { column: 'from_id', ids: ['1', '3'] };
      const columns = ['from_id', 'to_id'];
      expect(await cells(warehouse, { within, columns })).toEqual(['1 7', '1 8', '2 7']);
      expect(await cells(warehouse, { within, parents, columns })).toEqual(['1 7', '1 8']);
      expect(await cells(warehouse, { columns: ['from_id'] })).toEqual(['1', '2']);
      expect(await cells(warehouse, { within, parents: { column: 'to_id', ids: [] }, columns })).toEqual([]);
      expect(await warehouse.countRows({ table: 'links' })).toBe(4);
      expect(await warehouse.countRows({ table: 'links', within, parents })).toBe(2);
      expect(await warehouse.countRows({ table: 'nowhere', within })).toBe(0);
      expect(await warehouse.cells({ table: 'nowhere', within, columns })).toEqual([]);
    });

    it('ends where its range of ids does, which are numbers of any length', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const large = '9007199254740993';
      const given = ['2', '10', '99', large].map((id) => ['deal', '1', id, null]);
      await commit(warehouse, upsert([...given, ['ticket', '1', '10', null]], links));
      const within = { from_type: 'deal' };
      const inRange = (after?: string, upTo?: string): Promise<readonly string[]> =>
        cells(warehouse, {
          within,
          range: { column: 'to_id', ...(after && { after }), ...(upTo && { upTo }) },
          columns: ['to_id'],
        });
      expect(await inRange('2', '99')).toEqual(['10', '99']);
      expect(await inRange(undefined, '10')).toEqual(['10', '2']);
      expect(await inRange('10')).toEqual([large, '99']);
      expect(await inRange('9007199254740992')).toEqual([large]);
      expect(await inRange()).toHaveLength(4);
    });

    it('gives cells as they were written, nothing as an empty text, and of open rows alone', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(
        warehouse,
        upsert(
          [
            ['a', null, monday],
            ['b', 'B', null],
          ],
          stages,
        ),
      );
      const columns = ['id', 'label', '_deleted_at'];
      const found = await warehouse.cells({ table: 'stages', columns });
      expect(new Set(found)).toEqual(
        new Set([
          ['a', '', monday],
          ['b', 'B', ''],
        ]),
      );
      expect(await warehouse.cells({ table: 'stages', columns, open: true })).toEqual([['b', 'B', '']]);
      expect(await warehouse.countRows({ table: 'stages', open: true })).toBe(1);
    });

    it('tells rows that were written before an instant from those written since', async () => {
      const { open, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([['deal', '1', '7', null]], links));
      const then = await laterThan(warehouse, (await stamps(links))[0] ?? '');
      await commit(warehouse, upsert([['deal', '2', '8', null]], links));
      const columns = ['to_id'];
      expect(await cells(warehouse, { writtenBefore: then, columns })).toEqual(['7']);
      expect(await cells(warehouse, { writtenSince: then, columns })).toEqual(['8']);
      expect(await warehouse.countRows({ table: 'links', writtenSince: then })).toBe(1);
    });

    it('of ids has those among the given ones that have a row', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = [person({ id: '1' }), person({ id: '2', archived: true }), person({ id: '3' })];
      await commit(warehouse, upsert(given, people));
      const ids = async (state: 'any' | 'living'): Promise<readonly string[]> => {
        const query = { table: 'people', state, among: ['4', '2', '1'], chunk: 1 } as const;
        return (await Array.fromAsync(warehouse.ids(query))).flat().map(({ id }) => id);
      };
      expect(await ids('any')).toEqual(['1', '2']);
      expect(await ids('living')).toEqual(['1']);
    });
  });
}
