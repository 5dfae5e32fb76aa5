import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import { differences } from '../support/compare.ts';
import { expected } from '../support/expected-cell.ts';
import { anyValues, everyHostileValue, kinds, type Values } from '../support/hostile-values.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import { createDatabase } from '../support/postgres.ts';
import { spacingProxy } from '../support/spacing-proxy.ts';
import type { Tables } from '../support/tables.ts';
import { openSyncWorld, syncInto, type SyncWorld } from '../support/sync-world.ts';

let database: Awaited<ReturnType<typeof createDatabase>>;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** An account whose deals have a property of each kind. */
async function account(): Promise<SyncWorld> {
  const world = await openSyncWorld(database.url, {
    contacts: 3,
    extraProperties: 0,
    nastyRate: 0,
    speed: 0,
  });
  for (const [name, kind] of Object.entries(kinds))
    world.sandbox.world.addProperty('deals', { name, ...kind });
  return world;
}

/** Each is then read once. */
const longAgo = 7_200_000;

const only = ['owners', 'pipelines', 'properties', 'deals'];

function misfitsOf(records: readonly Values[]): Readonly<Record<string, number>> | undefined {
  const counts = Object.entries(kinds).map(([name, kind]) => {
    const misfits = records.filter((values) => expected(kind, values[name as keyof Values]) === 'misfit');
    return [name, misfits.length] as const;
  });
  const most = counts.filter(([, count]) => count > 0);
  return most.length === 0 ? undefined : Object.fromEntries(most);
}

/** Of the deals alone. */
async function wrong(tables: Tables, { sandbox }: SyncWorld): Promise<readonly string[]> {
  const found = await differences(tables, sandbox, { objects: ['deals'], most: 10_000 });
  return found.filter((text) => text.startsWith('deals '));
}

/** The contract's line of types. */
const columnTypes = {
  a_text: 'text',
  an_html: 'text',
  a_phone: 'text',
  an_unknown: 'text',
  a_number: 'numeric',
  a_calculation: 'numeric',
  a_bool: 'boolean',
  a_datetime: 'timestamp with time zone',
  a_date: 'date',
  a_choice: 'text',
  a_yes_or_no: 'text',
  an_owner: 'text',
  some_choices: 'text[]',
  a_json: 'jsonb',
  a_place: 'jsonb',
} satisfies Readonly<Record<keyof Values, string>>;

function dealsRun(runs: readonly PipelineRun[]): PipelineRun | undefined {
  return runs.find(({ pipeline }) => pipeline === 'deals');
}

it('every hostile value is in its column or in _extra, whichever way it was read and wherever it was put', async () => {
  const world = await account();
  onTestFinished(() => world.close());
  const records = everyHostileValue();
  for (const values of records) world.sandbox.world.create('deals', values);
  world.sandbox.clock.advance(longAgo);
  const runs = await world.sync({ only });
  expect(runs.map(({ reason }) => reason)).toEqual(only.map(() => undefined));
  expect(await wrong(world.tables, world)).toEqual([]);
  expect(dealsRun(runs)?.misfitsByProperty).toEqual(misfitsOf(records));

  const { rows } = await world.client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::regclass and attname = any($2)`,
    [`${world.schema}.deals`, Object.keys(kinds)],
  );
  expect(Object.fromEntries(rows.map(({ name, type }) => [name, type]))).toEqual(columnTypes);

  // The list was read from its bytes; white space leaves it to the parser.
  const [fast, slow] = [memoryEngine(), memoryEngine()];
  await syncInto(fast, world.sandbox, { only });
  const baseUrl = await spacingProxy(() => world.sandbox.url);
  await syncInto(slow, world.sandbox, { only, baseUrl });
  expect(await wrong(fast.tables, world)).toEqual([]);
  expect(await wrong(slow.tables, world)).toEqual([]);

  // Edits come by search and batch read.
  const ids = [...world.sandbox.world.truth.records('deals')].map(({ id }) => id).slice(-records.length);
  ids.forEach((id, i) => world.sandbox.world.update('deals', id, { ...records.at(i - 1)! }));
  world.sandbox.clock.advance(120_000);
  const again = await world.sync({ only });
  expect(dealsRun(again)?.outcome).toBe('complete');
  expect(await wrong(world.tables, world)).toEqual([]);
});

it('so is any other value', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyValues, { minLength: 1, maxLength: 40 }), async (records) => {
      const world = await account();
      try {
        for (const values of records) world.sandbox.world.create('deals', values);
        world.sandbox.clock.advance(longAgo);
        const runs = await world.sync({ only });
        expect(dealsRun(runs)?.outcome).toBe('complete');
        expect(dealsRun(runs)?.misfitsByProperty).toEqual(misfitsOf(records));
        expect(await wrong(world.tables, world)).toEqual([]);
      } finally {
        await world.close();
      }
    }),
    { numRuns: 12 },
  );
});
