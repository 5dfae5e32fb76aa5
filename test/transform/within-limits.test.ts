import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pipelines } from '../../pipelines/index.ts';
import { contacts } from '../../pipelines/objects/contacts.ts';
import type { Table } from '../../src/table.ts';
import { toCellWithin } from '../../src/transform/cell.ts';
import { fitRow, mergesTable, objectTable, partialTable } from '../../src/transform/index.ts';
import { bigqueryLimits } from '../../src/warehouse/bigquery/limits.ts';
import { postgresLimits } from '../../src/warehouse/postgres/index.ts';
import { power } from '../support/exact-number.ts';
import { expected, normalised } from '../support/expected-cell.ts';
import { hostileProperties, recordOf } from '../support/hostile-properties.ts';
import { anyValues, everyHostileValue, kinds, type Values } from '../support/hostile-values.ts';

const number = toCellWithin('number', bigqueryLimits);
const json = toCellWithin('json', bigqueryLimits);

describe('a number in a column of 29 digits before the point and 9 behind it', () => {
  it.each([
    ['9'.repeat(29), '9'.repeat(29)],
    [`-${'9'.repeat(29)}.${'9'.repeat(9)}`, `-${'9'.repeat(29)}.${'9'.repeat(9)}`],
    ['0.000000001', '0.000000001'],
    ['1e28', `1${'0'.repeat(28)}`],
    ['-1e-9', '-0.000000001'],
    // Zeros that mean nothing take no room, and are left out where there is none.
    ['1.5000000000', '1.5'],
    ['0.0000000000', '0'],
    ['-0.0000000000', '0'],
    [`${'0'.repeat(40)}7`, '7'],
    [`${'0'.repeat(400)}12.50`, '12.50'],
    ['12.50', '12.50'],
    ['-0', '-0'],
  ])('may be %s', (value, cell) => {
    expect(number(value)).toBe(cell);
  });

  it.each([
    `1${'0'.repeat(29)}`,
    '1e29',
    '-1e29',
    '0.0000000001',
    '1e-10',
    '0.30000000000000004',
    `${'1'.repeat(29)}.${'1'.repeat(10)}`,
    'abc',
    '1e400',
  ])('may not be %s', (value) => {
    expect(number(value)).toBeUndefined();
  });

  it('is the number that it was', () => {
    const text = fc.stringMatching(/^-?\d{1,32}(?:\.\d{1,12})?(?:e-?\d{1,2})?$/);
    fc.assert(
      fc.property(text, (value) => {
        const cell = number(value);
        const want = expected({ type: 'number', fieldType: 'number' }, value, bigqueryLimits);
        expect(cell === undefined ? 'misfit' : { column: power(String(cell)) }).toEqual(want);
        if (typeof cell === 'string') expect(cell).toMatch(/^-?\d{1,29}(?:\.\d{1,9})?$/);
      }),
    );
  });
});

describe('a number in a document of doubles', () => {
  it.each([
    '9223372036854775807',
    '-9223372036854775808',
    '18446744073709551615',
    '9007199254740993',
    '0.1',
    '1.10',
    '-0.0',
    '1e2',
    '1e300',
    '1.7976931348623157e308',
    '5e-324',
    '36893488147419103000',
  ])('may be %s', (value) => {
    expect(json(`{"a":[${value}]}`)).toBe(`{"a":[${value}]}`);
  });

  it.each([
    '18446744073709551617',
    '-9223372036854775809',
    '9007199254740993.0',
    '0.1000000000000000055511151231257827',
    '12345678901234567890123',
    '1.23456789012345678901e5',
    '1e400',
  ])('may not be %s', (value) => {
    expect(json(`{"a":[${value}]}`)).toBeUndefined();
  });

  it('reads the same as a 64-bit integer or a double', () => {
    const digits = fc.stringMatching(/^-?(?:0|[1-9]\d{0,22})(?:\.\d{1,20})?(?:e-?\d{1,3})?$/);
    fc.assert(
      fc.property(
        fc.oneof(digits, fc.double({ noDefaultInfinity: true, noNaN: true }).map(String)),
        (value) => {
          const want = expected(kinds.a_json, `[${value}]`, bigqueryLimits);
          const cell = json(`[${value}]`);
          const have = cell === undefined ? 'misfit' : { column: normalised(kinds.a_json, cell) };
          expect(have).toEqual(want);
        },
      ),
    );
  });
});

describe('a record in a table of BigQuery’s', () => {
  const limits = bigqueryLimits;
  const shape = objectTable(contacts, hostileProperties, limits);
  const names = Object.keys(kinds) as (keyof Values)[];

  function check(values: Values): void {
    const record = recordOf(shape, values);
    const { row, misfits } = shape.row(record);
    const kept = names.filter((name) => expected(kinds[name], values[name], bigqueryLimits) === 'misfit');
    expect([...misfits].sort()).toEqual([...kept].sort());
    const extra = row[shape.table.columns.findIndex(({ name }) => name === '_extra')];
    const members = typeof extra === 'string' ? (JSON.parse(extra) as object) : {};
    expect(Object.keys(members).sort()).toEqual([...kept].sort());
    for (const name of names) {
      const want = expected(kinds[name], values[name], bigqueryLimits);
      const cell = row[shape.table.columns.findIndex((column) => column.name === name)];
      expect(normalised(kinds[name], cell)).toEqual(want === 'misfit' ? null : want.column);
    }
    // What is written beside the rest of a row is made by the same rules.
    expect(partialTable(shape, () => true).row(record) === undefined).toBe(kept.length > 0);
  }

  it('has every hostile value in its column or in _extra', () => {
    for (const values of everyHostileValue()) check(values);
  });

  it('has any other value there, too', () => {
    fc.assert(fc.property(anyValues, check), { numRuns: 400 });
  });
});

it('a dictionary’s number that has no room is NULL, and so is a document that would be rounded', () => {
  const columns = (['number', 'json'] as const).map((type) => ({ name: type, type, description: '' }));
  const table: Table = { name: 'pipeline_stages', description: '', key: [], columns };
  const row = ['0.12345678901', '{"probability":0.1234567890123456789}'];
  expect(fitRow(table, row, bigqueryLimits)).toEqual([null, null]);
  expect(fitRow(table, row, postgresLimits)).toEqual(row);
});

it('tables whose rows are made without a warehouse’s limits have neither numbers nor documents', () => {
  const tables = pipelines.flatMap((pipeline): readonly Table[] => {
    switch (pipeline.kind) {
      case 'associations':
        return [pipeline.links, pipeline.types];
      case 'history':
        return [pipeline.table];
      case 'lists':
        return [pipeline.lists, pipeline.memberships];
      case 'object':
      case 'dictionary':
        return [];
    }
  });
  expect(tables.length).toBeGreaterThan(4);
  const types = [...tables, mergesTable].flatMap(({ columns }) => columns.map(({ type }) => type));
  expect(types.filter((type) => type === 'number' || type === 'json')).toEqual([]);
});
