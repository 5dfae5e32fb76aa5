import fc from 'fast-check';
import { expect, it } from 'vitest';
import { columnNames } from '../../src/transform/column-name.ts';

const rules = { identifierBytes: 63, reservedColumns: ['ctid'], taken: ['id', '_extra'] };

function named(...names: string[]): Map<string, string> {
  return new Map(
    columnNames(
      names.map((name) => ({ name, createdAt: null })),
      rules,
    ),
  );
}

it('a property keeps its name where it can', () => {
  expect(named('email', 'order', 'Mixed', 'with"quote').get('Mixed')).toBe('Mixed');
  expect(named('select').get('select')).toBe('select');
});

it('names that are reserved, taken or too long end in a hash of the whole name', () => {
  const long = 'x'.repeat(100);
  const names = named('id', 'CTID', '_extra', long, `${long}2`);
  expect(names.get('id')).toMatch(/^id_[0-9a-f]{8}$/);
  expect(names.get('CTID')).toMatch(/^CTID_[0-9a-f]{8}$/);
  expect(names.get(long)).toMatch(/^x{54}_[0-9a-f]{8}$/);
  expect(names.get(long)).not.toBe(names.get(`${long}2`));
});

it('of two names that differ only in case the older property keeps its own, whatever the order', () => {
  const older = { name: 'Region', createdAt: '2020-01-01T00:00:00Z' };
  const newer = { name: 'region', createdAt: '2024-01-01T00:00:00Z' };
  for (const order of [
    [older, newer],
    [newer, older],
  ]) {
    const names = columnNames(order, rules);
    expect(names.get('Region')).toBe('Region');
    expect(names.get('region')).toMatch(/^region_[0-9a-f]{8}$/);
  }
});

it('a property that is named like another’s hashed column gives way, or is given way to', () => {
  const long = 'x'.repeat(100);
  const column = named(long).get(long)!;
  for (const createdAt of ['2020-01-01T00:00:00Z', '2026-01-01T00:00:00Z']) {
    const twin = { name: column, createdAt };
    const names = columnNames([{ name: long, createdAt: '2023-01-01T00:00:00Z' }, twin], rules);
    expect(new Set(names.values()).size).toBe(2);
  }
});

it('no property takes the column in which old values of a retyped one are kept', () => {
  const names = named('size', 'size__was_numeric', 'size__was_text_array_2', 'it__was_');
  expect(names.get('size__was_numeric')).toMatch(/^size__was_numeric_[0-9a-f]{8}$/);
  expect(names.get('size__was_text_array_2')).toMatch(/^size__was_text_array_2_[0-9a-f]{8}$/);
  expect(names.get('it__was_')).toBe('it__was_');
});

it('leaves out what an engine cannot have in a name', () => {
  const names = named('a\0b', 'ab', '\ud800');
  expect(names.get('ab')).toBe('ab');
  expect(names.get('a\0b')).toMatch(/^ab_[0-9a-f]{8}$/);
  expect(names.get('\ud800')).toMatch(/^\ufffd_[0-9a-f]{8}$/);
});

it('no two properties ever share a column, and none outgrows the engine', () => {
  const name = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }),
    fc.constantFrom('id', 'ID', 'iD', 'ctid'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name), (all) => {
      const columns = [...named(...all).values()];
      expect(new Set(columns.map((column) => column.toLowerCase())).size).toBe(all.length);
      for (const column of columns) expect(Buffer.byteLength(column)).toBeLessThanOrEqual(63);
    }),
  );
});
