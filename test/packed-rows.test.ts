import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isPacked, newestRows, type PackedRow } from '../src/packed-rows.ts';

/** In the order of time. */
const versions = ['', '2026-01-05T08:00:00.000Z', '2026-01-05T08:00:00.000001Z', '2026-01-06T08:00:00.000Z'];

const row = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  version: fc.constantFrom(...versions),
  bytes: fc.uint8Array({ maxLength: 2 }),
});

it('of rows with one key the newest is left, and of equally new ones the later one', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
      const left = new Map(newestRows(rows).map((each): [string, PackedRow] => [each.key, each]));
      expect(left.size).toBe(newestRows(rows).length);
      expect([...left.keys()].sort()).toEqual([...new Set(rows.map(({ key }) => key))].sort());
      for (const [at, rival] of rows.entries()) {
        const kept = left.get(rival.key)!;
        const isLater = at > rows.findIndex((each) => each === kept);
        expect(rank(rival) < rank(kept) || (rank(rival) === rank(kept) && !isLater)).toBe(true);
      }
    }),
  );
});

function rank({ version }: PackedRow): number {
  return versions.indexOf(version);
}

it('tells packed rows from cells', () => {
  expect(isPacked({ key: '1', version: '', bytes: new Uint8Array() })).toBe(true);
  expect(isPacked(['1', null])).toBe(false);
});
