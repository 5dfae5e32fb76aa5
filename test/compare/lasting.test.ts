import { expect, it } from 'vitest';
import type { Both, KeySource, SideName } from '../../src/compare/both.ts';
import { lasting, mostLooks, type Findings } from '../../src/compare/lasting.ts';
import { shownItems } from '../../src/compare/shown.ts';
import type { Clock } from '../../src/service.ts';

type Item = { readonly id: string; readonly [field: string]: unknown };
type Compared = Extract<Findings, { kind: 'compared' }>;

/** What the two keys show at each look; the last one of a list is what they go on showing. */
async function looking(
  shown: Readonly<Record<SideName, readonly (readonly Item[])[]>>,
): Promise<Compared & { readonly looks: number; readonly asked: (readonly string[] | undefined)[] }> {
  const nobody = {} as KeySource;
  const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };
  const both: Both = {
    sources: { legacy: nobody, key: nobody },
    clock,
    signal: new AbortController().signal,
  };
  const asked: (readonly string[] | undefined)[] = [];
  let looks = 0;
  const findings = await lasting(both, (_source, ids, side) => {
    if (side === 'legacy') {
      asked.push(ids);
      looks += 1;
    }
    const items = shown[side][looks - 1] ?? shown[side].at(-1) ?? [];
    return Promise.resolve(shownItems(items, ({ id }) => id));
  });
  if (findings.kind !== 'compared') throw new Error('nobody refuses anything here');
  return { ...findings, looks, asked };
}

const ann = { id: '1', name: 'Ann' };

it('what is the same is looked at once', async () => {
  const found = await looking({ legacy: [[ann]], key: [[ann]] });
  expect(found).toMatchObject({ looks: 1, differences: [], unsettled: [], seen: { legacy: 1, key: 1 } });
});

it('empty is as good as absent', async () => {
  const found = await looking({ legacy: [[{ ...ann, a: '', b: null, c: [] }]], key: [[ann]] });
  expect(found.looks).toBe(1);
});

it('what differs in the same way three times in a row is a difference, and asked for by its id', async () => {
  const eve = { id: '2', name: 'Eve' };
  const found = await looking({
    legacy: [[ann, eve, { id: '3' }]],
    key: [[{ ...ann, name: 'Bob' }, { id: '2' }, { id: '4' }]],
  });
  expect(found.differences).toEqual([
    { id: '1', field: 'name', seenBy: 'both' },
    { id: '2', field: 'name', seenBy: 'legacy' },
    { id: '3', seenBy: 'legacy' },
    { id: '4', seenBy: 'key' },
  ]);
  expect(found.asked).toEqual([undefined, ['1', '2', '3', '4'], ['1', '2', '3', '4']]);
});

it.each([
  ['a record that is made between the two answers', [[], [ann]], [[ann]]],
  ['one that is archived, and restored', [[ann], [ann]], [[], [], [ann]]],
  [
    'a value that one server shows late',
    [[ann]],
    [[{ ...ann, name: 'An' }], [{ ...ann, name: 'An' }], [ann]],
  ],
])('no difference is %s', async (_, legacy, key) => {
  const found = await looking({ legacy, key });
  expect(found).toMatchObject({ differences: [], unsettled: [] });
});

it('what moves by itself is no difference, and is looked at for so long only', async () => {
  const ticks = (from: number): Item[][] =>
    Array.from({ length: 9 }, (_, at) => [{ ...ann, age: `${from + 2 * at}` }]);
  const found = await looking({ legacy: ticks(0), key: ticks(1) });
  expect(found).toMatchObject({ looks: mostLooks, differences: [], unsettled: [{ id: '1', field: 'age' }] });
});

it('what moves by itself, and one of the keys never sees, is a difference', async () => {
  const ticks = Array.from({ length: 9 }, (_, at) => [{ ...ann, age: String(at) }]);
  const found = await looking({ legacy: ticks, key: [[ann]] });
  expect(found.differences).toEqual([{ id: '1', field: 'age', seenBy: 'legacy' }]);
});

it('what differs in another way at each look is told apart from what lasts', async () => {
  const [bob, cy] = [
    { id: '2', name: 'Bob' },
    { id: '2', name: 'Cy' },
  ];
  const found = await looking({
    legacy: [
      [ann, bob],
      [ann, cy],
      [ann, bob],
      [ann, cy],
      [ann, bob],
    ],
    key: [[{ id: '2', name: 'Dee' }]],
  });
  expect(found.differences).toEqual([{ id: '1', seenBy: 'legacy' }]);
  expect(found.unsettled).toEqual([{ id: '2', field: 'name' }]);
});
