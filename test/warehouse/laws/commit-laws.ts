import { describe, expect, it } from 'vitest';
import type { WarehouseKind } from '../conformance.ts';
import { batch, commit, links, mark, monday, people, person, prepare, tuesday, upsert } from './world.ts';

export function commitLaws(kind: WarehouseKind): void {
  describe('commit', () => {
    it('starts at version 0 and raises it by one with each commit', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      expect(await warehouse.checkpoint('people')).toEqual({ version: 0 });
      expect((await warehouse.commit(batch([], 0))).version).toBe(1);
      expect((await warehouse.commit(batch([], 1))).version).toBe(2);
      expect(await warehouse.checkpoint('people')).toEqual({ version: 2, checkpoint: mark(2) });
      expect([...(await warehouse.checkpoints()).keys()]).toEqual(['people']);
    });

    it('takes rows packed under the cells of their key', async () => {
      const { open } = await kind.subject();
      const warehouse = await open();
      expect(warehouse.packer(people)(person({ id: '7' })).key).toBe('7');
      expect(warehouse.packer(links)(['deal', '1', '2', 'owner']).key).toBe(['deal', '1', '2'].join('\0'));
    });

    it('leaves the tables as once when the same batch is committed twice', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const writes = [
        upsert([person({ id: '1', name: 'Ada', tags: ['a'], amount: '12.50', extra: '{"k":[1,null]}' })]),
        upsert([['deal', '1', '2', 'owner']], links),
      ];
      const first = await commit(warehouse, ...writes);
      const before = [await read(people), await read(links), await stamps(people), await stamps(links)];
      const second = await commit(warehouse, ...writes);
      expect([await read(people), await read(links), await stamps(people), await stamps(links)]).toEqual(
        before,
      );
      expect(first).toMatchObject({ inserted: 2, updated: 0, removed: 0, unchanged: 0 });
      expect(second).toMatchObject({ inserted: 0, updated: 0, removed: 0, unchanged: 2 });
    });

    it('counts what it inserted, updated and left alone', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(
        warehouse,
        upsert([person({ id: '1' }), person({ id: '2' }), person({ id: '3', version: tuesday })]),
      );
      const counts = await commit(
        warehouse,
        upsert([
          person({ id: '1' }),
          person({ id: '2', name: 'new' }),
          person({ id: '3', name: 'late' }),
          person({ id: '4' }),
          person({ id: '4', name: 'again' }),
        ]),
      );
      expect(counts).toMatchObject({ inserted: 1, updated: 1, unchanged: 3 });
    });

    it('changes nothing and says so when another run has moved the checkpoint', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const other = await open();
      await warehouse.commit(batch([upsert([person({ id: '1', name: 'first' })])], 0));
      for (const replaces of [0, 2, 7]) {
        const late = other.commit(
          batch([upsert([person({ id: '1', name: 'late' }), person({ id: '2' })])], replaces),
        );
        await expect(late).rejects.toMatchObject({ code: 'checkpoint_moved', verdict: 'stop' });
      }
      expect(await read(people)).toEqual([person({ id: '1', name: 'first' })]);
      expect(await warehouse.checkpoint('people')).toEqual({ version: 1, checkpoint: mark(1) });
    });

    it('lets exactly one of two writers through that replace the same version', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const other = await open();
      for (const replaces of [0, 1]) {
        const outcomes = await Promise.allSettled(
          [warehouse, other].map((writer, index) =>
            writer.commit(
              batch([upsert([person({ id: String(replaces), name: `writer ${index}` })])], replaces),
            ),
          ),
        );
        expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
        const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
        expect((await read(people)).at(replaces)?.[1]).toBe(`writer ${winner}`);
      }
    });

    it('writes nothing at all of a batch when one of its rows is refused', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const bad = upsert([['deal', null, '2', 'x']], links);
      const refused = warehouse.commit(batch([upsert([person({ id: '1', name: 'Ada' })]), bad], 0));
      await expect(refused).rejects.toMatchObject({ code: 'warehouse_refused', verdict: 'retry' });
      expect(await read(people)).toEqual([]);
      expect(await warehouse.checkpoint('people')).toEqual({ version: 0 });
      expect(await commit(warehouse, upsert([person({ id: '1' })]))).toMatchObject({ inserted: 1 });
    });

    it('never overwrites a row by an older version of it', async () => {
      const { open, read, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([person({ id: '1', name: 'new', version: tuesday })]));
      const before = await stamps(people);
      await commit(warehouse, upsert([person({ id: '1', name: 'old', version: monday })]));
      await commit(warehouse, upsert([person({ id: '1', name: 'none', version: null })]));
      expect(await read(people)).toEqual([person({ id: '1', name: 'new', version: tuesday })]);
      expect(await stamps(people)).toEqual(before);
    });

    it('takes a newer or equal version, and any where none is stored', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const names = async (): Promise<unknown> => (await read(people)).map((row) => row[1]);
      await commit(warehouse, upsert([person({ id: '1', name: 'a', version: null })]));
      await commit(warehouse, upsert([person({ id: '1', name: 'b', version: monday })]));
      expect(await names()).toEqual(['b']);
      await commit(warehouse, upsert([person({ id: '1', name: 'c', version: monday })]));
      expect(await names()).toEqual(['c']);
      await commit(warehouse, upsert([person({ id: '1', name: 'd', version: tuesday })]));
      expect(await names()).toEqual(['d']);
    });

    it('keeps, of rows with one key in a batch, the newest version, else the later one', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(
        warehouse,
        upsert([
          person({ id: '1', name: 'newest', version: tuesday }),
          person({ id: '1', name: 'older', version: monday }),
          person({ id: '2', name: 'earlier' }),
          person({ id: '2', name: 'later' }),
          person({ id: '3', name: 'none', version: null }),
          person({ id: '3', name: 'some' }),
        ]),
        upsert(
          [
            ['deal', '1', '2', 'earlier'],
            ['deal', '1', '2', 'later'],
          ],
          links,
        ),
      );
      expect((await read(people)).map((row) => row[1])).toEqual(['newest', 'later', 'some']);
      expect(await read(links)).toEqual([['deal', '1', '2', 'later']]);
    });

    it('stamps a row when it changes, and only then', async () => {
      const { open, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      await commit(warehouse, upsert([person({ id: '1' }), person({ id: '2' })]));
      const [first, second] = await stamps(people);
      await commit(warehouse, upsert([person({ id: '1' }), person({ id: '2', name: 'changed' })]));
      const after = await stamps(people);
      expect(after[0]).toBe(first);
      expect(after[1]).not.toBe(second);
    });

    it('takes a batch as large as it declares', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const { rows, bytes } = warehouse.limits;
      const many = Array.from({ length: rows }, (_, index) =>
        person({ id: String(index + 1), name: `n${index}` }),
      );
      expect(await commit(warehouse, upsert(many))).toMatchObject({ inserted: rows });
      const long = 'x'.repeat(65_536);
      const wide = Array.from({ length: Math.floor(bytes / long.length) }, (_, index) =>
        person({ id: String(rows + index + 1), name: long }),
      );
      expect(await commit(warehouse, upsert(wide))).toMatchObject({ inserted: wide.length });
      expect((await read(people)).at(-1)?.[1]).toBe(long);
    });
  });
}
