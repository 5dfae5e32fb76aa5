import { expect, it } from 'vitest';
import { indexProgress } from '../../src/hubspot/index-progress.ts';
import type { SearchRange } from '../../src/hubspot/search.ts';

const window = { kind: 'changes', from: 1000, until: 9000 } as const;

/** An index that has come so far, and what it is asked. */
function indexAt(upTo: number) {
  const asked: SearchRange[] = [];
  const search = (range: SearchRange) => {
    asked.push(range);
    return Promise.resolve({ total: range.from <= upTo ? 1 : 0, ids: [] });
  };
  return { asked, search };
}

it('believes the latest change that was found only when the index finds it by that', async () => {
  const index = { before: 5000, known: 2000 };
  for (const [upTo, shown] of [
    [4000, 4000],
    [3999, 1000],
  ] as const) {
    const { asked, search } = indexAt(upTo);
    const progress = indexProgress({ ...window, index });
    expect(await progress([4000, undefined, Number.NaN], { last: false, search })).toBe(1000);
    expect(await progress([3000, 6000], { last: true, search })).toBe(shown);
    expect(asked).toEqual([{ from: 4000, until: 5000, above: '0' }]);
  }
});

it('asks nothing where nobody wants to know, nothing was found, or nothing later than is known', async () => {
  const { asked, search } = indexAt(9000);
  const page = { last: true, search };
  expect(await indexProgress(window)([4000], page)).toBe(undefined);
  expect(await indexProgress({ ...window, index: { before: 5000 } })([4000], page)).toBe(1000);
  expect(await indexProgress({ ...window, index: { before: 5000, known: 4000 } })([4000], page)).toBe(1000);
  expect(await indexProgress({ ...window, index: { before: 5000, known: 0 } })([5000, 999], page)).toBe(
    undefined,
  );
  expect(asked).toEqual([]);
});
