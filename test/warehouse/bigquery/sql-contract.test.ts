import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { bigqueryLimits } from '../../../src/warehouse/bigquery/limits.ts';
import { patternOf, sqlIn } from '../../support/sql-in-source.ts';
import { jobsOf } from './listened.ts';
import type { AnalysedJob } from '../../support/zetasql/analysed-job.ts';
import { describeAnalysed } from '../../support/zetasql/index.ts';
import { everyOperation, largestBatch } from '../every-operation.ts';
import { everyRecord } from '../every-record.ts';
import { hostileNames, tableOf } from '../generated-tables.ts';

describeAnalysed('Every statement for BigQuery', ({ analyse }) => {
  /** Of all tests so far. */
  const all: AnalysedJob[] = [];

  it('of what Keyway remembers', async () => {
    all.push(...(await jobsOf(analyse, async (open) => everyRecord(await open(), open))));
  });

  it.each([0, 1, 8, 205, 2000])(
    'of a table with %i properties',
    async (properties) => {
      const table = tableOf(`objects_${properties}`, properties, hostileNames);
      all.push(...(await jobsOf(analyse, async (open) => everyOperation(await open(), table))));
    },
    300_000,
  );

  it('stays within what a job may hold', async () => {
    // HubSpot's own names have some 25 letters.
    const table = tableOf('widest', bigqueryLimits.columns, [], 'hs_a_property_of_this_length');
    const jobs = await jobsOf(analyse, async (open) => largestBatch(await open(), table));
    for (const { sql, bytes, given } of jobs) {
      // Query text, request, parameters: BigQuery docs, Quotas and limits, Query jobs.
      expect(Buffer.byteLength(sql)).toBeLessThan(1_000_000);
      expect(bytes).toBeLessThan(10_000_000);
      expect(Object.keys(given.parameters).length).toBeLessThan(10_000);
    }
  }, 300_000);

  it('is among those that were analysed: no piece of SQL in the sources is in none of them', () => {
    const room = path.resolve('src/warehouse/bigquery');
    const statements = all.flatMap(({ sql }) => sql.split(';\n'));
    const missing = readdirSync(room).flatMap((file) =>
      sqlIn(readFileSync(path.join(room, file), 'utf8'))
        .filter((piece) => !statements.some((statement) => patternOf(piece).test(statement)))
        .map(({ line, parts }) => `${file}:${line} ${parts.join('…')}`),
    );
    expect(missing).toEqual([]);
  });

  describe('would be refused', () => {
    /** One of each form, of tables with few columns. */
    const distinct = (): readonly AnalysedJob[] => {
      const forms = new Map(all.filter(({ sql }) => sql.length < 6_000).map((job) => [formOf(job.sql), job]));
      return [...forms.values()];
    };

    it('without one of its tables', async () => {
      const passed: string[] = [];
      for (const { sql, given } of distinct())
        for (const name of Object.keys(given.tables)) {
          const { [name]: _, ...tables } = given.tables;
          if (await passes(sql, { ...given, tables })) passed.push(`${name}: ${sql}`);
        }
      expect(passed).toEqual([]);
    });

    it('without one of its parameters, or with one of another type', async () => {
      const passed: string[] = [];
      for (const { sql, given } of distinct())
        for (const name of Object.keys(given.parameters)) {
          const { [name]: _, ...parameters } = given.parameters;
          if (await passes(sql, { ...given, parameters })) passed.push(`without ${name}: ${sql}`);
          const other = { ...parameters, [name]: 'STRUCT<x BYTES>' };
          if (await passes(sql, { ...given, parameters: other }))
            passed.push(`${name} of another type: ${sql}`);
        }
      expect(passed).toEqual([]);
    });

    it('without one of the columns that it names', async () => {
      const passed: string[] = [];
      for (const { sql, given } of distinct())
        for (const [table, columns] of Object.entries(given.tables))
          for (const name of Object.keys(columns).filter((column) => isMeant(column, sql, given.tables))) {
            const { [name]: _, ...others } = columns;
            const tables = { ...given.tables, [table]: others };
            if (await passes(sql, { ...given, tables })) passed.push(`${table} ${name}: ${sql}`);
          }
      expect(passed).toEqual([]);
    });

    /** Where a name is in several tables, the text does not tell which is meant. */
    const isMeant = (column: string, sql: string, tables: AnalysedJob['given']['tables']): boolean =>
      sql.includes(`\`${column}\``) &&
      Object.values(tables).filter((columns) => column in columns).length === 1;

    const passes = (sql: string, given: AnalysedJob['given']): Promise<boolean> =>
      analyse(sql, given).then(
        () => true,
        () => false,
      );
  });
});

/** Without what differs from one table, and one batch, to the next. */
function formOf(sql: string): string {
  const names = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}-\d+|objects_\d+/g;
  return sql.replaceAll(names, '').replaceAll(/@p\d+/g, '@p');
}
