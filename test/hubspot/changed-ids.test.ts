import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedIds, type ChangedIds } from '../../src/hubspot/changed-ids.ts';
import { compareIds } from '../../src/source.ts';
import { fakeSearch, seeded, type Indexed, type Misbehaviour } from './fake-search.ts';

const wellBehaved: Misbehaviour = { swap: 0, short: 0, double: 0 };
const start = { from: 1_000_000, until: 2_000_000, afterId: '0' };

async function collect(search: Parameters<typeof changedIds>[0], first = start, until = start.until) {
  const portions: ChangedIds[] = [];
  for await (const portion of changedIds(search, first, until)) portions.push(portion);
  return portions;
}

const idsIn = (portions: readonly ChangedIds[]): string[] => portions.flatMap(({ ids }) => ids);

function world(random: () => number, count: number): Indexed[] {
  let id = 2n ** 53n - BigInt(Math.floor(random() * count));
  return Array.from({ length: count }, () => {
    id += 1n + BigInt(Math.floor(random() * 5));
    return { id: String(id), changedAt: 900_000 + Math.floor(random() * 1_200_000) };
  });
}

const expected = (index: readonly Indexed[]): string[] =>
  index.filter(({ changedAt }) => changedAt >= start.from && changedAt < start.until).map(({ id }) => id);

test('every changed id is found once, ascending, however many pages it takes', async () => {
  const index = world(seeded(1), 2500);
  const { search } = fakeSearch(index, seeded(2), wellBehaved);
  const portions = await collect(search);
  expect(idsIn(portions)).toEqual(expected(index));
  expect(portions.map(({ done }) => done).lastIndexOf(false)).toBe(portions.length - 2);
});

test('no changed id is lost when answers are out of order, short or doubled', async () => {
  const vices = fc.record({
    swap: fc.constantFrom(0, 0.01, 0.2, 0.9),
    short: fc.constantFrom(0, 0.3),
    double: fc.constantFrom(0, 0.3),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 1500 }), vices, async (seed, count, vices) => {
      const index = world(seeded(seed), count);
      const { search } = fakeSearch(index, seeded(seed + 1), vices);
      expect([...new Set(idsIn(await collect(search)))].sort(compareIds)).toEqual(expected(index));
    }),
    { numRuns: 60 },
  );
});

test('no changed id is lost when other records leave the window while it is read', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = seeded(seed);
      const index = world(random, 1200);
      const touched = new Set<string>();
      const meanwhile = (): void => {
        for (let n = 0; n < 5; n += 1) {
          const one = index[Math.floor(random() * index.length)];
          if (one === undefined) continue;
          // Edited now: past the end of every closed window.
          one.changedAt = start.until + 1;
          touched.add(one.id);
        }
      };
      const before = expected(index);
      const { search } = fakeSearch(index, random, { swap: 0.05, short: 0.1, double: 0.1, meanwhile });
      const found = new Set(idsIn(await collect(search)));
      expect(before.filter((id) => !found.has(id) && !touched.has(id))).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('a scan that stops at any page and goes on from its position finds the rest', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat({ max: 30 }), async (seed, stopAfter) => {
      const index = world(seeded(seed), 1500);
      const { search } = fakeSearch(index, seeded(seed + 1), { swap: 0.1, short: 0.1, double: 0 });
      const begun: ChangedIds[] = [];
      for await (const portion of changedIds(search, start, start.until)) {
        begun.push(portion);
        if (begun.length > stopAfter) break;
      }
      const rest = await collect(search, begun.at(-1)?.window);
      expect([...new Set(idsIn([...begun, ...rest]))].sort(compareIds)).toEqual(expected(index));
    }),
    { numRuns: 30 },
  );
});

test('a window with 10,000 records or more is halved until its total can be trusted', async () => {
  const index = world(seeded(5), 30_000);
  const { search, asked } = fakeSearch(index, seeded(6), wellBehaved);
  expect(idsIn(await collect(search)).sort(compareIds)).toEqual(expected(index));
  const windows = new Set(asked.map(({ from, until }) => `${from}-${until}`));
  expect(windows.size).toBeGreaterThan(3);
});

test.each([0, 20, 60, 110])('a scan over several windows goes on after portion %i', async (stopAfter) => {
  const index = world(seeded(5), 30_000);
  const { search } = fakeSearch(index, seeded(6), wellBehaved);
  const begun: ChangedIds[] = [];
  for await (const portion of changedIds(search, start, start.until)) {
    begun.push(portion);
    if (begun.length > stopAfter) break;
  }
  const rest = await collect(search, begun.at(-1)?.window);
  expect([...new Set(idsIn([...begun, ...rest]))].sort(compareIds)).toEqual(expected(index));
  // The border of a page is read on both sides.
  expect(idsIn([...begun, ...rest]).length - expected(index).length).toBeLessThanOrEqual(10);
});

test('two ids that change places across the border of a page are both given, whatever comes in meanwhile', async () => {
  const index = Array.from({ length: 450 }, (_, n) => ({ id: String(n + 1), changedAt: 1_500_000 }));
  const { search } = fakeSearch(index, seeded(8), wellBehaved);
  let searches = 0;
  const swapped: typeof search = async (range) => {
    const hits = await search(range);
    // 200 is not shown where 201 is, and a new record makes up for it in the next total.
    const ids = searches === 0 ? [...hits.ids.slice(0, -1), '201'] : hits.ids;
    return { ids, total: hits.total + (searches++ === 0 ? 0 : 1) };
  };
  expect(idsIn(await collect(swapped))).toContain('200');
});

test('25,000 records of one millisecond are walked by id', async () => {
  const index = Array.from({ length: 25_000 }, (_, n) => ({ id: String(n + 1), changedAt: 1_500_000 }));
  const { search, asked } = fakeSearch(index, seeded(7), { swap: 0.001, short: 0, double: 0 });
  expect(new Set(idsIn(await collect(search))).size).toBe(25_000);
  expect(asked.length).toBeLessThan(300);
});

test('an empty window gives one empty portion that says it is done', async () => {
  const { search } = fakeSearch([], seeded(1), wellBehaved);
  expect(await collect(search)).toEqual([{ ids: [], window: start, done: true }]);
});

test('an index that keeps contradicting itself is an error, not a gap', async () => {
  const search = () => Promise.resolve({ total: 300, ids: ['5', '3'] });
  await expect(collect(search)).rejects.toMatchObject({ code: 'hubspot_bad_answer', verdict: 'retry' });
});
