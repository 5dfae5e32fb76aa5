import { PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PlannedRun, PlannedWrite } from '../../../src/cost.ts';
import { silentLog, systemClock } from '../../../src/service.ts';
import type { Row, Table } from '../../../src/table.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import { logicalBytes } from '../../../src/warehouse/bigquery/logical-bytes.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { startBigqueryDouble, type BigqueryDouble } from '../../support/bigquery/index.ts';

const least = 10 * 1024 ** 2;

const table: Table = {
  name: 'things',
  description: 'Things',
  key: ['id'],
  columns: [
    { name: 'id', type: 'integer', description: 'Id', required: true },
    { name: 'title', type: 'text', description: 'Title' },
    { name: 'words', type: 'text[]', description: 'Words' },
    { name: 'price', type: 'number', description: 'Price' },
    { name: 'on', type: 'boolean', description: 'On' },
    { name: 'at', type: 'timestamp', description: 'At' },
    { name: 'day', type: 'date', description: 'Day' },
    { name: 'more', type: 'json', description: 'More' },
  ],
};

const full: Row = [
  '1',
  'Zürich',
  ['a', 'bc'],
  '12.50',
  'true',
  '2026-01-31T09:30:00.000Z',
  '2026-01-31',
  '{"a":1}',
];
const empty: Row = ['2', null, null, null, null, null, null, null];

let double: BigqueryDouble;
beforeAll(async () => void (double = await startBigqueryDouble()));
afterAll(() => double.close());

/** Of its own. */
async function openWarehouse(dataset: string): Promise<Warehouse> {
  const warehouse = await openBigquery({
    project: double.project,
    dataset,
    stateDataset: `${dataset}_state`,
    stagingDataset: `${dataset}_staging`,
    location: 'EU',
    endpoint: double.url,
    authClient: new PassThroughClient(),
    clock: systemClock,
    log: silentLog,
  });
  await warehouse.migrate();
  return warehouse;
}

async function filled(warehouse: Warehouse, rows: readonly Row[]): Promise<void> {
  await warehouse.apply(await warehouse.differences([table]), [table]);
  await warehouse.commit({
    pipeline: 'things',
    runId: 'a-run',
    writes: [{ kind: 'upsert', table, rows }],
    checkpoint: { kind: 'snapshot', takenAt: 0 },
    replaces: 0,
  });
}

const nothing: PlannedRun = { pipelines: 0, newCheckpoints: 0, batches: [], questions: [] };

/** Beyond what every run is billed for. */
async function cost(
  warehouse: Warehouse,
  run: Partial<PlannedRun>,
): Promise<{ jobs: number; bytesBilled: number }> {
  const all = await warehouse.estimate?.({ ...nothing, ...run });
  const idle = await warehouse.estimate?.(nothing);
  const [jobs, bytesBilled] = [
    (all?.jobs ?? 0) - (idle?.jobs ?? 0),
    (all?.bytesBilled ?? 0) - (idle?.bytesBilled ?? 0),
  ];
  return { jobs, bytesBilled };
}

function batches(times: number, ...writes: readonly Partial<PlannedWrite>[]): PlannedRun['batches'] {
  return [
    { times, writes: writes.map((write) => ({ kind: 'upsert', table, rows: 1, sample: [], ...write })) },
  ];
}

describe('a row', () => {
  it('counts for the sizes that BigQuery gives its types, and NULL for nothing', () => {
    // _synced_at 8, id 8, title 2 + 7, words 2 + 1 + 2 + 2, price 16, on 1, at 8, day 8, more 7.
    expect(logicalBytes(table, full)).toBe(8 + 8 + 9 + 7 + 16 + 1 + 8 + 8 + 7);
    expect(logicalBytes(table, empty)).toBe(16);
  });

  it('counts for as much as the table then says', async () => {
    await filled(await openWarehouse('small'), [full, empty]);
    const answer = await fetch(
      `${double.url}/bigquery/v2/projects/${double.project}/datasets/small/tables/things`,
    );
    const { numBytes } = (await answer.json()) as { numBytes: string };
    expect(Number(numBytes)).toBe(logicalBytes(table, full) + logicalBytes(table, empty));
  });
});

describe('the estimate of a run', () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openWarehouse('large');
    // 20 MB in 40 rows.
    const long = 'x'.repeat(512 * 1024);
    await filled(
      warehouse,
      Array.from({ length: 40 }, (_, i) => [String(i), long, null, null, null, null, null, null]),
    );
  });

  it('counts no table for less than 10 MB, neither the checkpoints nor what is staged', async () => {
    const unknown = { ...table, name: 'unknown' };
    const { bytesBilled } = await cost(warehouse, { batches: batches(1, { table: unknown }) });
    expect(bytesBilled).toBe(5 * least);
  });

  it('counts the whole of a table in each batch that changes it', async () => {
    const once = (await cost(warehouse, { batches: batches(1, {}) })).bytesBilled;
    expect(once).toBe(4 * least + 21 * 1024 ** 2);
    expect((await cost(warehouse, { batches: batches(3, {}) })).bytesBilled).toBe(3 * once);
  });

  it('counts it twice where what is left over is looked for', async () => {
    const { bytesBilled } = await cost(warehouse, { batches: batches(1, { kind: 'replace' }) });
    expect(bytesBilled).toBe(5 * least + 2 * 21 * 1024 ** 2);
  });

  it('judges the rows of a table that is still to be made by some of them', async () => {
    const wide = { ...table, name: 'wide' };
    const sample: readonly Row[] = [['1', 'y'.repeat(1_000_000), null, null, null, null, null, null]];
    const { bytesBilled } = await cost(warehouse, { batches: batches(1, { table: wide, rows: 50, sample }) });
    expect(bytesBilled).toBe(4 * least + 48 * 1024 ** 2);
  });

  it('counts questions, checkpoints alone, and loads, which are free jobs', async () => {
    const asked = await cost(warehouse, { questions: [{ times: 4 }, { table: 'things', times: 2 }] });
    expect(asked).toEqual({ jobs: 6, bytesBilled: 6 * least });
    expect(await cost(warehouse, { batches: batches(2) })).toEqual({ jobs: 4, bytesBilled: 4 * least });
    expect((await cost(warehouse, { batches: batches(1, {}) })).jobs).toBe(3);
  });
});
