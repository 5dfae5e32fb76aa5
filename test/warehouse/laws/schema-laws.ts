import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../../src/table.ts';
import type { WarehouseKind } from '../conformance.ts';
import { all, commit, people, person, prepare, upsert } from './world.ts';

const withColumns = (columns: readonly Column[]): Table => ({ ...people, columns });
const city: Column = { name: 'city', type: 'text', description: 'City' };

export function schemaLaws(kind: WarehouseKind): void {
  describe('tables', () => {
    it('are created once, and then as wanted', async () => {
      const { open } = await kind.subject();
      const warehouse = await open();
      await warehouse.migrate();
      await warehouse.migrate();
      const changes = await warehouse.differences(all);
      expect(changes).toEqual(all.map(({ name }) => ({ kind: 'create_table', table: name })));
      await warehouse.apply(changes, all);
      expect(await warehouse.differences(all)).toEqual([]);
    });

    it('are created by one of several processes that start together', async () => {
      const { open } = await kind.subject();
      const processes = await Promise.all([open(), open(), open()]);
      await Promise.all(processes.map((warehouse) => warehouse.migrate()));
      await Promise.all(
        processes.map(async (warehouse) => warehouse.apply(await warehouse.differences(all), all)),
      );
      expect(await processes[0]?.differences(all)).toEqual([]);
    });

    it('get a column that appeared, empty for the rows there are', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([person({ id: '1', name: 'Ada' })]));
      const wider = withColumns([...people.columns, city]);
      const [change, ...rest] = await warehouse.differences([wider]);
      expect(rest).toEqual([]);
      expect(change).toMatchObject({ kind: 'add_column', table: 'people', column: 'city' });
      await prepare(warehouse, [wider]);
      expect(await read(wider)).toEqual([[...person({ id: '1', name: 'Ada' }), null]]);
    });

    it('keep a column that disappeared, with its values', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([person({ id: '1', name: 'Ada' })]));
      const narrower = withColumns(people.columns.filter(({ name }) => name !== 'name'));
      expect(await warehouse.differences([narrower])).toEqual([]);
      const row = person({ id: '1', member: 'true' }).filter((_, index) => index !== 1);
      await commit(warehouse, upsert([row], narrower));
      expect(await read(people)).toEqual([person({ id: '1', name: 'Ada', member: 'true' })]);
    });

    it('keep the old values of a column that changed its type, again and again, under another name', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([person({ id: '1', name: 'Ada' })]));
      const retyped = (type: Column['type']): Table =>
        withColumns(people.columns.map((column) => (column.name === 'name' ? { ...column, type } : column)));
      const renamed: string[] = [];
      for (const type of ['integer', 'text', 'integer'] as const) {
        const changes = await warehouse.differences([retyped(type)]);
        expect(changes).toHaveLength(1);
        for (const change of changes) if (change.kind === 'retype_column') renamed.push(change.renamedTo);
        await warehouse.apply(changes, [retyped(type)]);
        expect(await warehouse.differences([retyped(type)])).toEqual([]);
        expect((await read(retyped(type))).map((row) => row[1])).toEqual([null]);
      }
      expect(new Set(renamed).size).toBe(3);
      const kept = withColumns([...people.columns.slice(0, 1), { ...city, name: renamed[0] ?? '' }]);
      expect(await read(kept)).toEqual([['1', 'Ada']]);
    });

    it('tell their columns in their order, and how many are used up', async () => {
      const { open } = await kind.subject();
      const warehouse = await open();
      await warehouse.migrate();
      expect(await warehouse.columns('people')).toBeUndefined();
      await prepare(warehouse);
      const wider = withColumns([...people.columns, city]);
      await warehouse.apply(await warehouse.differences([wider]), [wider]);
      const found = await warehouse.columns('people');
      const wanted = [...people.columns.map(({ name, type }) => [name, type]), ['city', 'text']];
      const stored = [...(found?.types ?? [])].filter(([name]) => name !== '_synced_at');
      expect(stored).toEqual(wanted);
      expect(found?.used).toBe(wanted.length + 1);
      const { columns } = warehouse.limits;
      expect(columns).toBeGreaterThan(wanted.length);
    });

    it('get a new description, and only then', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const described: Table = {
        ...people,
        description: 'It\'s \\ "new"; $1 – 😀',
        columns: people.columns.map((column) => ({ ...column, description: `${column.name}'s \\ meaning` })),
      };
      const changes = await warehouse.differences([described]);
      expect(changes).toHaveLength(people.columns.length + 1);
      expect(new Set(changes.map((change) => change.kind))).toEqual(new Set(['comment']));
      await warehouse.apply(changes, [described]);
      expect(await warehouse.differences([described])).toEqual([]);
    });

    it('take names as they are', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await open();
      const names = [
        'select',
        'Email',
        'email',
        'with space',
        'a"b',
        "a'b",
        'a.b',
        'größe',
        '$1',
        'x'.repeat(63),
      ];
      const odd: Table = {
        name: 'Odd "table"',
        description: 'Odd',
        key: ['order'],
        columns: ['order', ...names].map((name) => ({ name, type: 'text', description: name })),
      };
      await prepare(warehouse, [odd]);
      expect(await warehouse.differences([odd])).toEqual([]);
      await commit(warehouse, upsert([['k', ...names]], odd));
      expect(await commit(warehouse, upsert([['k', ...names]], odd))).toMatchObject({ unchanged: 1 });
      expect(await read(odd)).toEqual([['k', ...names]]);
    });
  });
}
