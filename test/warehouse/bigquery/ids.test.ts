import { expect, it } from 'vitest';
import type { Clock } from '../../../src/service.ts';
import type { StoredId, Warehouse } from '../../../src/warehouse.ts';
import { commit, people, person, prepare, upsert } from '../laws/world.ts';
import { bigquerySubject, openAt } from './subject.ts';

async function begun(): Promise<{
  warehouse: Warehouse;
  jobs: () => number;
  wait: (ms: number) => void;
}> {
  const { double } = await bigquerySubject();
  let late = 0;
  const clock: Clock = { now: () => Date.now() + late, sleep: () => Promise.resolve() };
  const warehouse = await prepare(await openAt(double, { clock }), [people]);
  await commit(warehouse, upsert(Array.from({ length: 30 }, (_, i) => person({ id: String(i + 1) }))));
  const jobs = (): number =>
    double.requests.filter(
      ({ method, jobId }) => method === 'POST' && jobId?.startsWith('keyway-read') === true,
    ).length;
  return { warehouse, jobs, wait: (ms) => (late += ms) };
}

async function stretch(warehouse: Warehouse, after?: string, upTo?: string): Promise<readonly string[]> {
  const query = {
    table: 'people',
    state: 'any',
    chunk: 4,
    ...(after && { after }),
    ...(upTo && { upTo }),
  } as const;
  const chunks: (readonly StoredId[])[] = await Array.fromAsync(warehouse.ids(query));
  expect(chunks.every((chunk) => chunk.length > 0 && chunk.length <= 4)).toBe(true);
  return chunks.flat().map(({ id }) => id);
}

const from = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => String(first + i));

it('asks one question for stretches of a table that follow on each other', async () => {
  const { warehouse, jobs } = await begun();
  expect(await stretch(warehouse, undefined, '7')).toEqual(from(1, 7));
  expect(await stretch(warehouse, '7', '7')).toEqual([]);
  expect(await stretch(warehouse, '7', '20')).toEqual(from(8, 20));
  expect(await stretch(warehouse, '20')).toEqual(from(21, 30));
  expect(jobs()).toBe(1);
});

it('asks anew for a stretch that does not follow, or comes late', async () => {
  const { warehouse, jobs, wait } = await begun();
  expect(await stretch(warehouse, undefined, '7')).toEqual(from(1, 7));
  expect(await stretch(warehouse, '5', '9')).toEqual(from(6, 9));
  expect(jobs()).toBe(2);
  await commit(warehouse, { kind: 'upsert', table: people, rows: [person({ id: '31' })] });
  expect(await stretch(warehouse, '9', '12')).toEqual(from(10, 12));
  expect(jobs()).toBe(2);
  wait(300_000);
  expect(await stretch(warehouse, '12')).toEqual(from(13, 31));
  expect(jobs()).toBe(3);
});
