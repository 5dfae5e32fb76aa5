import { expect, it, onTestFinished } from 'vitest';
import type { Scan, Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld } from '../support/sync-world.ts';

const hour = 3_600_000;

it('a merge whose record says that it was changed and created long ago is in, without a count', async () => {
  const { url } = await withDatabase();
  const unknowns = { mergeMovesWatermark: false, mergeKeepsCreated: true };
  const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0, unknowns });
  onTestFinished(() => world.close());
  const { truth, ...mutations } = world.sandbox.world;
  const only = ['companies'];
  await world.sync({ only });
  const [one, other] = [...truth.records('companies')].filter(({ state }) => state === 'active');
  world.sandbox.clock.advance(hour);
  const survivor = mutations.merge('companies', one!.id, other!.id);
  expect(truth.record('companies', survivor)?.updatedAt).toBe(
    [one!.updatedAt, other!.updatedAt].toSorted().at(-1),
  );
  world.sandbox.clock.advance(hour);
  const asked: string[] = [];
  const [run] = await world.sync({
    only,
    around: {
      source: (real) => ({
        ...real,
        idsCreated: (...question) => {
          asked.push('ids');
          return real.idsCreated(...question);
        },
      }),
    },
  });
  expect(run).toMatchObject({ outcome: 'complete' });
  const rows = await world.tables.rows('companies');
  const marks = new Map(rows.map((row) => [row['id'], row['_merged_into_id']]));
  expect([marks.get(survivor), marks.get(one!.id), marks.get(other!.id)]).toEqual([null, survivor, survivor]);
  expect(asked).toEqual([]);
});

it('what is behind the newest id is listed from there, also where the last page of a load was empty', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 400, speed: 0 });
  onTestFinished(() => world.close());
  const asked: Scan[] = [];
  const source = (real: Source): Source => ({
    ...real,
    async *read(object, properties, scan, signal) {
      asked.push(scan);
      for await (const page of real.read(object, properties, scan, signal)) {
        yield scan.kind === 'all' ? { ...page, last: false } : page;
        if (scan.kind === 'all' && page.last) yield { ...page, records: [] };
      }
    },
  });
  const options = { only: ['companies'], listUpTo: 0, around: { source } };
  await world.sync(options);
  const newest = [...world.sandbox.world.truth.records('companies')].findLast(
    ({ state }) => state === 'active',
  );
  asked.length = 0;
  world.sandbox.clock.advance(hour);
  expect(await world.sync(options)).toMatchObject([{ outcome: 'complete' }]);
  expect(asked.filter(({ kind }) => kind === 'all')).toEqual([{ kind: 'all', fromId: newest!.id }]);
});
