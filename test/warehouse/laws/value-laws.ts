import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/table.ts';
import type { WarehouseKind } from '../conformance.ts';
import { commit, people, person, prepare, upsert } from './world.ts';

/** What text formats of databases give a meaning to. */
const hostile = [
  '',
  ' ',
  'NULL',
  'null',
  '\\N',
  '\\.',
  '\\',
  '\\\\N',
  '\t',
  '\n',
  '\r\n',
  '\b\f\v',
  '"',
  "'",
  "''; drop table people; --",
  '$1',
  '{}',
  '{"a","b"}',
  ',',
  '\u0001\u001f\u007f',
  '\u0085\u2028\u2029',
  '\uFEFF',
  'e\u0301 \u00e9',
  '😀🏳️‍🌈',
  '\u{10FFFF}',
  'ﷺ مرحبا',
  'x'.repeat(65_536),
  'ü\\\n'.repeat(20_000),
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.toWellFormed().replaceAll('\0', '')),
  fc.constantFrom(...hostile),
  fc
    .array(fc.constantFrom('\\', '\t', '\n', '\r', 'N', '.', '"', '{', '}', ',', ' '), { maxLength: 12 })
    .map((parts) => parts.join('')),
);

const number = fc
  .tuple(fc.boolean(), fc.stringMatching(/^(?:0|[1-9]\d{0,25})$/), fc.stringMatching(/^(?:\.\d{0,8}[1-9])?$/))
  .map(
    ([negative, whole, fraction]) =>
      (negative && `${whole}${fraction}` !== '0' ? '-' : '') + whole + fraction,
  );

const timestamp = fc
  .date({
    min: new Date('0001-01-01T00:00:00.000Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());

const json = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })
  .map((value) => JSON.stringify(value))
  .filter((value) => !value.includes('\\u0000') && !/e[+-]?\d/i.test(value));

const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(values, { nil: null, freq: 4 });

/**
 * Never empty: in a result and in a table of BigQuery's, an empty array and NULL are one (BigQuery docs, Data types, Array), and
 * HubSpot has no empty list.
 */
const tags = fc.array(text, { minLength: 1, maxLength: 4 });

const rowOf = (id: number): fc.Arbitrary<Row> =>
  fc
    .record({
      name: optional(text),
      tags: optional(tags),
      amount: optional(number),
      member: optional(fc.constantFrom('true', 'false')),
      born: optional(timestamp.map((value) => value.slice(0, 10))),
      seen: optional(timestamp),
      extra: optional(json),
    })
    .map((given) => person({ id: String(id), ...given }));

const parsed = (row: Row): unknown =>
  row.map((cell, index) => (index === 7 && typeof cell === 'string' ? (JSON.parse(cell) as unknown) : cell));

export function valueLaws(kind: WarehouseKind): void {
  describe('values', () => {
    it('that formats give a meaning to come back as they went in', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const rows = hostile.map((value, index) =>
        person({
          id: String(index + 1),
          name: value,
          tags: [value, value],
          extra: JSON.stringify({ v: value }),
        }),
      );
      await commit(warehouse, upsert(rows));
      expect((await read(people)).map(parsed)).toEqual(rows.map(parsed));
      expect(await commit(warehouse, upsert(rows))).toMatchObject({ updated: 0, unchanged: rows.length });
    });

    it('at the ends of their ranges come back as they went in', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const rows = [
        person({ id: '-9223372036854775808', amount: `-${'9'.repeat(29)}.${'1'.repeat(9)}` }),
        person({ id: '9223372036854775807', amount: '0.000000001', member: 'true', tags: [''] }),
      ];
      await commit(warehouse, upsert(rows));
      expect(await read(people)).toEqual(rows);
    });

    it('of any kind come back as they went in', async () => {
      const { open, read } = await kind.subject();
      const warehouse = await prepare(await open());
      const batches = fc
        .integer({ min: 1, max: 15 })
        .chain((size) => fc.tuple(...Array.from({ length: size }, (_, index) => rowOf(index + 1))));
      await fc.assert(
        fc.asyncProperty(batches, async (rows) => {
          await commit(warehouse, { kind: 'replace', table: people, rows });
          expect((await read(people)).map(parsed)).toEqual(rows.map(parsed));
        }),
        { numRuns: 60 },
      );
    });
  });
}
