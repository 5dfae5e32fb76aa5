import { expect, it } from 'vitest';
import { syncedColumn } from '../../../src/table.ts';
import { differencesOf } from '../../../src/warehouse/bigquery/differences.ts';
import type { StoredColumn, StoredTable } from '../../../src/warehouse/bigquery/catalog.ts';
import { bigqueryTypes } from '../../../src/warehouse/bigquery/types.ts';
import { people } from '../laws/world.ts';

/** `people` as Keyway makes it, but for some columns. */
function stored(others: Readonly<Record<string, Partial<StoredColumn>>>): StoredTable {
  const columns = [...people.columns, syncedColumn].map(({ name, type, description }) => {
    const made = { type, shortType: bigqueryTypes[type].short, description, required: false };
    return [name, { ...made, ...others[name] }] as const;
  });
  return { name: 'people', description: 'People', kind: 'TABLE', columns: new Map(columns), resource: {} };
}

it('leaves a column alone that somebody has widened, as far as it holds all that it is to hold', () => {
  expect(differencesOf(people, stored({}))).toEqual([]);
  const wider = { amount: { type: undefined, shortType: 'bignumeric' } };
  expect(differencesOf(people, stored(wider))).toEqual([]);
  const rounding = { amount: { type: undefined, shortType: 'float64' } };
  expect(differencesOf(people, stored(rounding))).toMatchObject([
    { kind: 'retype_column', column: 'amount', from: 'float64', renamedTo: 'amount__was_float64' },
  ]);
});

it('calls what a column was as Postgres does', () => {
  const was = {
    name: { type: 'integer', shortType: 'int64' },
    amount: { type: 'text[]', shortType: 'array<string>' },
  } as const;
  expect(differencesOf(people, stored(was))).toMatchObject([
    { column: 'name', renamedTo: 'name__was_bigint' },
    { column: 'amount', renamedTo: 'amount__was_text_array' },
  ]);
});

it('refuses a view in the place of a table, and a key of another type', () => {
  expect(() => differencesOf(people, { ...stored({}), kind: 'VIEW' })).toThrow(/view or something else/);
  const key = { id: { type: 'text', shortType: 'string' } } as const;
  expect(() => differencesOf(people, stored(key))).toThrow(/key column id of people has the type string/);
});
