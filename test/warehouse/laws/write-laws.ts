import { describe, expect, it } from 'vitest';
import type { WarehouseKind } from '../conformance.ts';
import { commit, links, monday, people, person, prepare, stages, tuesday, upsert } from './world.ts';

const gone = '2026-02-01T00:00:00.000Z';

export function writeLaws(kind: WarehouseKind): void {
  describe('replace', () => {
    it('of all leaves exactly the given rows, and those that stay untouched', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(
        warehouse,
        upsert(
          [
            ['deal', '1', '1', null],
            ['deal', '1', '2', null],
            ['deal', '2', '1', 'x'],
          ],
          links,
        ),
      );
      const [first] = await stamps(links);
      const counts = await commit(warehouse, {
        kind: 'replace',
        table: links,
        rows: [
          ['deal', '1', '1', null],
          ['deal', '2', '1', 'y'],
          ['deal', '3', '1', null],
        ],
      });
      expect(counts).toMatchObject({ inserted: 1, updated: 1, removed: 1, unchanged: 1 });
      expect(await read(links)).toEqual([
        ['deal', '1', '1', null],
        ['deal', '2', '1', 'y'],
        ['deal', '3', '1', null],
      ]);
      expect((await stamps(links))[0]).toBe(first);
    });

    it('within a scope leaves the rest of the table alone', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(
        warehouse,
        upsert(
          [
            ['call', '1', '1', null],
            ['deal', '1', '1', null],
            ['deal', '2', '1', null],
            ['deal', '3', '1', null],
          ],
          links,
        ),
      );
      const scope = { within: { from_type: 'deal' }, parents: { column: 'from_id', ids: ['1', '2', '9'] } };
      const counts = await commit(warehouse, {
        kind: 'replace',
        table: links,
        rows: [['deal', '2', '7', null]],
        ...scope,
      });
      expect(counts).toMatchObject({ inserted: 1, removed: 2 });
      expect(await read(links)).toEqual([
        ['call', '1', '1', null],
        ['deal', '2', '7', null],
        ['deal', '3', '1', null],
      ]);
    });

    it('within a range of ids leaves what is outside of it alone', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = ['2', '10', '11', '99', '100'].map((id) => ['deal', '1', id, null]);
      await commit(warehouse, upsert([...given, ['call', '1', '11', null]], links));
      const scope = { within: { from_type: 'deal' }, range: { column: 'to_id', after: '2', upTo: '99' } };
      const rows = [['deal', '1', '10', 'x']];
      const counts = await commit(warehouse, { kind: 'replace', table: links, rows, ...scope });
      expect(counts).toMatchObject({ updated: 1, removed: 2 });
      expect((await read(links)).map(([type, , to]) => `${String(type)} ${String(to)}`).sort()).toEqual([
        'call 11',
        'deal 10',
        'deal 100',
        'deal 2',
      ]);
    });

    it('by nothing empties the scope and no more', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(
        warehouse,
        upsert(
          [
            ['call', '1', '1', null],
            ['deal', '1', '1', null],
          ],
          links,
        ),
      );
      await commit(warehouse, {
        kind: 'replace',
        table: links,
        rows: [],
        parents: { column: 'from_id', ids: [] },
      });
      expect(await read(links)).toHaveLength(2);
      await commit(warehouse, { kind: 'replace', table: links, rows: [], within: { from_type: 'deal' } });
      expect(await read(links)).toEqual([['call', '1', '1', null]]);
      await commit(warehouse, { kind: 'replace', table: links, rows: [] });
      expect(await read(links)).toEqual([]);
    });

    it('with an instant closes what vanished once, and opens what comes back', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const replaced = (closedAt: string, ...ids: string[]): ReturnType<typeof commit> =>
        commit(warehouse, {
          kind: 'replace',
          table: stages,
          rows: ids.map((id) => [id, null, null]),
          closedAt,
        });
      await replaced(monday, 'a', 'b');
      expect(await replaced(monday, 'a')).toMatchObject({ removed: 1, unchanged: 1 });
      expect(await replaced(tuesday, 'a')).toMatchObject({ removed: 0, unchanged: 1 });
      expect(await read(stages)).toEqual([
        ['a', null, null],
        ['b', null, monday],
      ]);
      await replaced(tuesday, 'a', 'b');
      expect(await read(stages)).toEqual([
        ['a', null, null],
        ['b', null, null],
      ]);
    });
  });

  describe('close', () => {
    it('marks rows as gone and no longer archived, and keeps their values', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(
        warehouse,
        upsert([person({ id: '1', name: 'Ada', archived: true }), person({ id: '2', name: 'Bo' })]),
      );
      const counts = await commit(warehouse, {
        kind: 'close',
        table: people,
        closures: [
          { id: '1', deletedAt: gone },
          { id: '2', deletedAt: gone, mergedIntoId: '1' },
          { id: '3', deletedAt: gone },
        ],
      });
      expect(counts).toMatchObject({ inserted: 0, updated: 0, removed: 2, unchanged: 0 });
      expect(await read(people)).toEqual([
        person({ id: '1', name: 'Ada', deletedAt: gone }),
        person({ id: '2', name: 'Bo', deletedAt: gone, mergedIntoId: '1' }),
      ]);
    });

    it('keeps the instant of a row that is closed already, and learns later what it was merged into', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const closed = (deletedAt: string, mergedIntoId?: string): ReturnType<typeof commit> =>
        commit(warehouse, {
          kind: 'close',
          table: people,
          closures: [{ id: '1', deletedAt, ...(mergedIntoId === undefined ? {} : { mergedIntoId }) }],
        });
      await commit(warehouse, upsert([person({ id: '1' })]));
      expect(await closed(gone)).toMatchObject({ removed: 1 });
      expect(await closed('2027-01-01T00:00:00.000Z', '9')).toMatchObject({ removed: 0, updated: 1 });
      expect(await closed('2028-01-01T00:00:00.000Z')).toMatchObject({
        removed: 0,
        updated: 0,
        unchanged: 1,
      });
      expect(await read(people)).toEqual([person({ id: '1', deletedAt: gone, mergedIntoId: '9' })]);
    });

    it('is undone when the record comes back', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const rows = [person({ id: '1', name: 'Ada' })];
      await commit(warehouse, upsert(rows), {
        kind: 'close',
        table: people,
        closures: [{ id: '1', deletedAt: gone }],
      });
      await commit(warehouse, upsert(rows));
      expect(await read(people)).toEqual(rows);
    });

    it('takes one id several times', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const closures = [
        { id: '1', deletedAt: gone },
        { id: '1', deletedAt: tuesday, mergedIntoId: '2' },
      ];
      await commit(warehouse, upsert([person({ id: '1' })]), { kind: 'close', table: people, closures });
      expect(await read(people)).toEqual([person({ id: '1', deletedAt: gone, mergedIntoId: '2' })]);
    });
  });
}
