import { describe, expect, it } from 'vitest';
import type { WarehouseKind } from '../conformance.ts';
import { batch, commit, mark, people, person, prepare, upsert } from './world.ts';

export function resetLaws(kind: WarehouseKind): void {
  describe('reset', () => {
    it('forgets how far a pipeline and its parts are, and nothing of others', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      for (const pipeline of ['people', 'people/part', 'peoples', 'people2/part', 'deals'])
        await warehouse.commit({ ...batch([], 0), pipeline });
      await commit(warehouse, upsert([person({ id: '1' })]));
      await warehouse.reset('people', []);
      expect([...(await warehouse.checkpoints()).keys()].toSorted()).toEqual([
        'deals',
        'people2/part',
        'peoples',
      ]);
      expect(await warehouse.checkpoint('people')).toEqual({ version: 0 });
      expect(await read(people)).toEqual([person({ id: '1' })]);
      await warehouse.reset('nothing', []);
    });

    it('stops whoever goes on with what he knew, and lets another begin anew', async () => {
      const { open, read } = await kind.subject();
      const [warehouse, other] = [await prepare(await open()), await open()];
      await warehouse.commit(batch([upsert([person({ id: '1' })])], 0));
      await other.reset('people', []);
      const late = warehouse.commit(batch([upsert([person({ id: '2' })])], 1));
      await expect(late).rejects.toMatchObject({ code: 'checkpoint_moved' });
      await other.commit(batch([upsert([person({ id: '3' })])], 0));
      expect((await read(people)).map(([id]) => id)).toEqual(['1', '3']);
      expect(await other.checkpoint('people')).toEqual({ version: 1, checkpoint: mark(1) });
    });

    it('drops the tables that it is told, as if they had never been; those that are not there are passed over', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      await warehouse.commit(batch([upsert([person({ id: '1' })])], 0));
      await warehouse.reset('people', [people.name, 'no_such_table']);
      expect(await warehouse.columns(people.name)).toBeUndefined();
      await prepare(warehouse);
      expect(await read(people)).toEqual([]);
      await warehouse.commit(batch([upsert([person({ id: '2' })])], 0));
      expect((await read(people)).map(([id]) => id)).toEqual(['2']);
    });
  });
}
