import { isDeepStrictEqual } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { openSandbox, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { bigqueryCells, bigqueryEngine, type BigqueryEngine } from '../support/bigquery-engine.ts';
import { testClient } from '../support/bigquery/client.ts';
import { differences } from '../support/compare.ts';
import { power } from '../support/exact-number.ts';
import { everyHostileValue, kinds } from '../support/hostile-values.ts';
import { withDatabase } from '../support/postgres.ts';
import { postgresEngine } from '../support/postgres-engine.ts';
import { syncInto, unlimited } from '../support/sync-world.ts';
import type { Cells, Tables } from '../support/tables.ts';
import { people, prepare } from '../warehouse/laws/world.ts';

const hour = 3_600_000;
const patient = { timeout: 300_000 };

async function account(choice: SandboxChoice): Promise<Sandbox> {
  const sandbox = openSandbox({ limits: unlimited, extraProperties: 0, speed: 0, ...choice });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

async function emptyDouble(): Promise<BigqueryEngine> {
  const engine = await bigqueryEngine();
  onTestFinished(() => engine.close());
  return engine;
}

it(
  'every hostile value is in its column or in _extra, and a document keeps what a double holds',
  patient,
  async () => {
    const [sandbox, engine] = [await account({ contacts: 3, nastyRate: 0 }), await emptyDouble()];
    for (const [name, kind] of Object.entries(kinds)) sandbox.world.addProperty('deals', { name, ...kind });
    for (const values of everyHostileValue()) sandbox.world.create('deals', values);
    sandbox.clock.advance(2 * hour);
    const only = ['owners', 'pipelines', 'properties', 'deals'];
    const runs = await syncInto(engine, sandbox, { only });
    expect(runs.map(({ reason }) => reason)).toEqual(only.map(() => undefined));
    const wrong = await differences(engine.tables, sandbox, {
      objects: ['deals'],
      holds: bigqueryCells,
      most: 10_000,
    });
    expect(wrong.filter((text) => text.startsWith('deals '))).toEqual([]);
  },
);

it(
  'an object with 2,000 properties has what fits in columns and the rest in _extra, at first and later',
  patient,
  async () => {
    const [sandbox, engine] = [await account({ contacts: 20, extraProperties: 2_000 }), await emptyDouble()];
    const only = ['owners', 'properties', 'contacts'];
    for (let round = 0; round < 2; round++) {
      const runs = await syncInto(engine, sandbox, { only });
      expect(runs.map(({ outcome }) => outcome)).toEqual(['complete', 'complete', 'complete']);
      const wrong = await differences(engine.tables, sandbox, {
        objects: ['contacts'],
        holds: bigqueryCells,
      });
      expect(wrong.filter((text) => text.startsWith('contacts '))).toEqual([]);
      for (const { id } of sandbox.world.truth.records('contacts'))
        sandbox.world.update('contacts', id, { firstname: `Later ${id}` });
      sandbox.clock.advance(2 * hour);
    }
  },
);

it(
  'every table has the rows that it has in Postgres, when a sync has followed changes, too',
  patient,
  async () => {
    const [sandbox, bigquery] = [await account({ contacts: 120, seed: 11 }), await emptyDouble()];
    const postgres = await postgresEngine((await withDatabase()).url);
    onTestFinished(() => postgres.close());
    for (let round = 0; round < 2; round++) {
      for (const engine of [bigquery, postgres]) await syncInto(engine, sandbox, {});
      const { rows } = await postgres.client.query<{ name: string }>(
        'select table_name as name from information_schema.tables where table_schema = $1 and table_type = $2',
        [postgres.schema, 'BASE TABLE'],
      );
      expect(rows.length).toBeGreaterThan(20);
      for (const { name } of rows) {
        const [have, want] = [await plain(bigquery.tables, name), await plain(postgres.tables, name)];
        expect([name, have.filter((row) => !want.some((other) => isDeepStrictEqual(row, other)))]).toEqual([
          name,
          [],
        ]);
        expect([name, have.length]).toEqual([name, want.length]);
      }
      for (let i = 0; i < 6; i++) {
        sandbox.clock.advance(hour);
        sandbox.world.churn({ steps: 6 });
      }
      sandbox.clock.advance(2 * hour);
    }
  },
);

it('what a warehouse waits for comes at once on the clock of its double', async () => {
  const engine = await emptyDouble();
  const warehouse = await engine.open();
  onTestFinished(() => warehouse.close());
  await prepare(warehouse);
  const { query } = testClient(engine.double.url, engine.double.project);
  const begun = engine.double.clock.now();
  // More of them than a table takes within ten seconds.
  const sql = `UPDATE \`${engine.double.project}.hubspot.people\` SET name = name WHERE TRUE`;
  for (let i = 0; i < 5; i++) await query(sql);
  const added = { name: 'added', type: 'text', description: 'New' } as const;
  const tables = [{ ...people, columns: [...people.columns, added] }];
  await warehouse.apply(await warehouse.differences(tables), tables);
  expect(await warehouse.differences(tables)).toEqual([]);
  expect(engine.double.clock.now() - begun).toBeGreaterThan(10_000);
});

/**
 * Rows without what is a warehouse's own: when it wrote, how it writes numbers and documents, and which values it has no
 * column for.
 */
async function plain(tables: Tables, table: string): Promise<readonly Cells[]> {
  const rows = await tables.rows(table);
  return rows.map(({ _synced_at, column_name, _extra = null, ...row }) => {
    const misfits = typeof _extra === 'string' ? (JSON.parse(_extra) as Cells) : {};
    const cells = Object.entries({ ...row, ...misfits });
    return Object.fromEntries(cells.map(([name, cell]) => [name, canonical(cell)]));
  });
}

function canonical(cell: unknown): unknown {
  if (typeof cell !== 'string') return cell;
  if (/^[[{]/.test(cell)) return JSON.parse(cell) as unknown;
  return /^-?\d+(?:\.\d+)?$/.test(cell) ? power(cell) : cell;
}
