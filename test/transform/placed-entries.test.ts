import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/history.ts';
import { placedEntries, type Placed } from '../../src/transform/placed-entries.ts';

const entry = (value: string, at: number, sourceType: string | null = null): HistoryEntry => ({
  value,
  at,
  sourceType,
  sourceId: null,
  sourceLabel: null,
  userId: null,
});

function places(
  written: readonly (readonly [string, number])[],
  value: string,
  stored: readonly Placed[] = [],
): readonly string[] {
  const entries = written.map(([each, at]) => entry(each, at));
  return placedEntries({ property: 'p', value, entries }, stored).map(
    (each) => `${each.entry.value}@${each.at}.${each.micro}`,
  );
}

describe('the entries of a history', () => {
  const written = [
    ['a', 1],
    ['b', 2],
    ['', 3],
    ['b', 4],
  ] as const;

  it('come oldest first, in whatever order they are given', () => {
    const sorted = ['a@1.0', 'b@2.0', '@3.0', 'b@4.0'];
    expect(places(written, 'b')).toEqual(sorted);
    expect(places(written.toReversed(), 'b')).toEqual(sorted);
    expect(places([written[2], written[0], written[3], written[1]], 'b')).toEqual(sorted);
    expect(places([], 'b')).toEqual([]);
  });

  it('that are given twice are one', () => {
    expect(places([...written, ...written], 'b')).toEqual(places(written, 'b'));
    const twice = [entry('a', 1, 'API'), entry('a', 1, 'IMPORT'), entry('b', 2)];
    const [first] = placedEntries({ property: 'p', value: 'b', entries: twice }, []);
    expect(first?.entry.sourceType).toBe('IMPORT');
  });

  it('of one millisecond follow each other by a microsecond, in the order in which times run', () => {
    const tied = [
      ['a', 1],
      ['c', 5],
      ['b', 5],
      ['a', 9],
    ] as const;
    expect(places(tied, 'a')).toEqual(['a@1.0', 'c@5.0', 'b@5.1', 'a@9.0']);
    expect(places(tied.toReversed(), 'a')).toEqual(['a@1.0', 'c@5.0', 'b@5.1', 'a@9.0']);
  });

  it('end with what the property is now, also where a value came back within a millisecond', () => {
    const back = [
      ['a', 5],
      ['b', 5],
      ['a', 5],
    ] as const;
    expect(places(back, 'a')).toEqual(['b@5.0', 'a@5.1']);
    expect(places(back, 'b')).toEqual(['a@5.0', 'b@5.1']);
    // What it is now says nothing of how it was before.
    expect(places([...back, ['c', 9]], 'b')).toEqual(['b@5.0', 'a@5.1', 'c@9.0']);
  });

  it('keep the places that they have, where their order tells nothing', () => {
    const stored = [
      { value: 'c', at: 5, micro: 0 },
      { value: 'a', at: 5, micro: 1 },
    ];
    const mixed = [
      ['x', 9],
      ['a', 5],
      ['b', 5],
      ['c', 5],
      ['y', 10],
    ] as const;
    expect(places(mixed, 'y', stored)).toEqual(['c@5.0', 'a@5.1', 'b@5.2', 'x@9.0', 'y@10.0']);
  });

  it('do not take the place of those that HubSpot no longer tells', () => {
    const stored = [
      { value: 'a', at: 5, micro: 0 },
      { value: 'b', at: 5, micro: 1 },
    ];
    const cut = [
      ['b', 5],
      ['c', 9],
    ] as const;
    expect(places(cut, 'c', stored)).toEqual(['b@5.1', 'c@9.0']);
  });

  it('are at instants of their own, however many there are in a millisecond', () => {
    const many = Array.from({ length: 1500 }, (_, i) => [`v${i}`, 5] as const);
    const result = places([['a', 1], ...many], 'v1499');
    const own = result.map((each) => each.split('@')[1]);
    expect(new Set(own).size).toBe(own.length);
    expect(result.at(-1)).toBe('v1499@5.999');
  });
});
