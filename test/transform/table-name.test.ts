import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tableNames } from '../../src/transform/table-name.ts';

const rules = { identifierBytes: 63, taken: ['contacts', 'custom_taken'] };

function named(...names: string[]): ReadonlyMap<string, string> {
  return tableNames(
    names.map((name) => ({ name, createdAt: null })),
    rules,
  );
}

it('a custom object’s table is called after it', () => {
  expect([...named('machines', 'contacts')]).toEqual([
    ['machines', 'custom_machines'],
    ['contacts', 'custom_contacts'],
  ]);
});

it('names that are taken or too long end in a hash of the whole name', () => {
  const long = 'é'.repeat(40);
  const names = named('taken', 'TAKEN', long, `${long}2`);
  expect(names.get('taken')).toMatch(/^custom_taken_[0-9a-f]{8}$/);
  expect(names.get('TAKEN')).toMatch(/^custom_TAKEN_[0-9a-f]{8}$/);
  expect(names.get(long)).toMatch(/^custom_é{23}_[0-9a-f]{8}$/);
  expect(names.get(long)).not.toBe(names.get(`${long}2`));
});

it('of two objects whose names differ only in case the older keeps its own, whatever the order', () => {
  const older = { name: 'Machine', createdAt: '2020-01-01T00:00:00Z' };
  const newer = { name: 'machine', createdAt: '2024-01-01T00:00:00Z' };
  for (const order of [
    [older, newer],
    [newer, older],
  ]) {
    const names = tableNames(order, rules);
    expect(names.get('Machine')).toBe('custom_Machine');
    expect(names.get('machine')).toMatch(/^custom_machine_[0-9a-f]{8}$/);
  }
});

it('a hashed name does not depend on what else there is', () => {
  const long = 'm'.repeat(70);
  expect(named(long).get(long)).toBe(named('a', `${long}x`, 'M'.repeat(70), long).get(long));
});

it('no two objects ever share a table, and none outgrows the engine', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
    fc.constantFrom('taken', 'Taken', 'a\0b', 'ab', '\ud800', '__proto__', 'constructor'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name), (all) => {
      const tables = [...named(...all).values()];
      expect(tables).toHaveLength(all.length);
      expect(new Set(tables.map((table) => table.toLowerCase())).size).toBe(all.length);
      for (const table of tables) expect(Buffer.byteLength(table)).toBeLessThanOrEqual(63);
    }),
  );
});
