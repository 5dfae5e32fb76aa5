import { expect, it } from 'vitest';
import { countMisfits } from '../../src/sync/misfits.ts';

it('a value counts once, however often it is read', () => {
  const misfits = countMisfits();
  expect(misfits.byProperty()).toBeUndefined();
  for (let read = 0; read < 3; read += 1) {
    misfits.note([
      { id: '1', property: 'size' },
      { id: '2', property: 'size' },
      { id: '1', property: '__proto__' },
    ]);
  }
  expect(misfits.total).toBe(3);
  expect(Object.entries(misfits.byProperty() ?? {})).toEqual([
    ['size', 2],
    ['__proto__', 1],
  ]);
});

it('names the fifty properties with most of them, and counts all', () => {
  const misfits = countMisfits();
  for (let i = 0; i < 60; i += 1)
    misfits.note(Array.from({ length: i + 1 }, (_, id) => ({ id: String(id), property: `p${i}` })));
  const named = Object.entries(misfits.byProperty() ?? {});
  expect(named).toHaveLength(50);
  expect([named[0], named.at(-1)]).toEqual([
    ['p59', 60],
    ['p10', 11],
  ]);
  expect(misfits.total).toBe((60 * 61) / 2);
});

it('of millions, all are counted in bounded memory', () => {
  const misfits = countMisfits();
  const many = Array.from({ length: 60_000 }, (_, id) => ({ id: String(id), property: 'size' }));
  misfits.note(many);
  expect(misfits.total).toBe(60_000);
  misfits.note(many);
  expect(misfits.total).toBe(70_000);
});
