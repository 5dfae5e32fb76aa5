import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsName, hashedName } from '../src/names.ts';
import { columnNames } from '../src/transform/column-name.ts';
import { tableNames } from '../src/transform/table-name.ts';
import { columnName, columnNames as spelling, tableName } from '../src/warehouse/bigquery/identifier.ts';
import { bigqueryLimits } from '../src/warehouse/bigquery/limits.ts';

const rules = { ...bigqueryLimits, taken: ['id', '_extra'] };

function columnOf(name: string): string | undefined {
  return columnNames([{ name, createdAt: null }], rules).get(name);
}

describe('in BigQuery', () => {
  it.each(['email', 'hs_object_id', '_x', 'a1', 'x'.repeat(300), '_tables', '__root', 'partition'])(
    'a property may call its column %s',
    (name) => {
      expect(columnOf(name)).toBe(name);
    },
  );

  it.each([
    ['a.b', 'a_b'],
    ['with"quote', 'with_quote'],
    ['back`tick', 'back_tick'],
    ['🙂 emoji', '__emoji'],
    // Case tells no column from another.
    ['Region', 'region'],
    ['1st_price', 'n1st_price'],
    ['_TABLE_SUFFIX', 'n_table_suffix'],
    ['_partitiontime', 'n_partitiontime'],
    ['__Root__x', 'n__root__x'],
    ['_change_type', 'n_change_type'],
    // What is not allowed comes about by what is replaced.
    ['.table.x', 'n_table_x'],
    ['__proto__', undefined],
    ['x'.repeat(301), 'x'.repeat(291)],
    ['é'.repeat(40), '_'.repeat(40)],
  ])('%s becomes %s and a hash', (name, start) => {
    if (start === undefined) expect(columnOf(name)).toBe(name);
    else expect(columnOf(name)?.replace(/_[0-9a-f]{8}$/, '')).toBe(start);
  });

  it('an object may call its table as it likes, as far as letters, digits and _ go', () => {
    const names = ['Car', 'car', 'my-car', 'x'.repeat(400)].map((name) => ({ name, createdAt: null }));
    const tables = tableNames(names, rules);
    expect(tables.get('car')).toBe('custom_car');
    expect(tables.get('Car')).toMatch(/^custom_Car_[0-9a-f]{8}$/);
    expect(tables.get('my-car')).toMatch(/^custom_my_car_[0-9a-f]{8}$/);
    expect(tables.get('x'.repeat(400))).toHaveLength(300);
  });

  it('columns of one table are told apart that differ in their case alone, or in what cannot be had', () => {
    const names = ['email', 'Email', 'EMAIL', 'e.mail', 'e mail', 'e_mail'];
    const columns = names.map(columnName);
    expect(new Set(columns.map((each) => each.toLowerCase())).size).toBe(names.length);
    expect(columns.map(columnName)).toEqual(columns);
  });

  it('no two properties share a column, and every column can be had, whatever they are called', () => {
    const name = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 320 }),
      fc.stringMatching(/^(?:_TABLE_|_file_|__ROOT__|_Change_Type|_field_|\.|\d|)[a-zA-Z_.$` -]{0,12}$/),
      fc.constantFrom('id', 'ID', 'a.b', 'a b', 'a_b', 'A-B'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name.filter((each) => each !== '')), (all) => {
        const named = all.map((each) => ({ name: each, createdAt: null }));
        const columns = [...columnNames(named, rules).values()];
        const tables = [...tableNames(named, rules).values()];
        for (const names of [columns, tables]) {
          expect(new Set(names.map((each) => each.toLowerCase())).size).toBe(all.length);
          for (const each of names) {
            expect(each).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,299}$/);
            expect(each).not.toMatch(forbidden);
          }
        }
        // The dictionary tells the name that is stored.
        expect(columns.map(columnName)).toEqual(columns);
        expect(tables.map(tableName)).toEqual(tables);
      }),
    );
  });
});

/** BigQuery docs, Specify a schema, Column names. */
const forbidden =
  /^(?:_table_|_file_|_partition|_row_timestamp|__root__|_colidentifier|_change_sequence_number|_change_type|_change_timestamp|_field_)/i;

const limits = { identifierBytes: 300, spelling };

it('a name is changed in the same way each time, and in another way each round', () => {
  expect(hashedName('a.b', limits)).toBe(hashedName('a.b', limits));
  expect(hashedName('a.b', limits, 1)).not.toBe(hashedName('a.b', limits));
  expect(hashedName('a.b', limits)).not.toBe(hashedName('a b', limits));
});

it('where any character will do, it stays', () => {
  expect(fitsName('a.b', { identifierBytes: 63 })).toBe(true);
  expect(hashedName('a.b', { identifierBytes: 63 })).toMatch(/^a\.b_[0-9a-f]{8}$/);
});
