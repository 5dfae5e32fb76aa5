import { PassThroughClient } from 'google-auth-library';
import { describe, expect, it, onTestFinished } from 'vitest';
import { silentLog } from '../../../src/service.ts';
import type { Table } from '../../../src/table.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { type BigqueryDouble, startBigqueryDouble } from '../../support/bigquery/index.ts';

const secret = 'Ada-Lovelace';

const people: Table = {
  name: 'people',
  description: 'People',
  key: ['id'],
  columns: [
    { name: 'id', type: 'integer', description: 'Id' },
    { name: 'age', type: 'integer', description: 'Age' },
  ],
};

async function synced(): Promise<{ double: BigqueryDouble; warehouse: Warehouse }> {
  const double = await startBigqueryDouble();
  onTestFinished(() => double.close());
  const warehouse = await openBigquery({
    project: double.project,
    dataset: 'hubspot',
    stateDataset: 'hubspot_keyway',
    stagingDataset: 'hubspot_keyway_staging',
    location: 'EU',
    endpoint: double.url,
    authClient: new PassThroughClient(),
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
    log: silentLog,
  });
  await warehouse.migrate();
  await warehouse.apply(await warehouse.differences([people]), [people]);
  return { double, warehouse };
}

function commit(warehouse: Warehouse, age: string): Promise<unknown> {
  return warehouse.commit({
    pipeline: 'people',
    runId: 'r',
    writes: [{ kind: 'upsert', table: people, rows: [['1', age]] }],
    checkpoint: { phase: 'live', completeUpTo: 1 } as never,
    replaces: 0,
  });
}

describe('in the middle of a sync', () => {
  it.each([
    ['bigquery.tables.updateData', 'hubspot'],
    ['bigquery.tables.getData', 'hubspot_keyway'],
    ['bigquery.tables.create', 'hubspot_keyway_staging'],
    ['bigquery.tables.updateData', 'hubspot_keyway_staging'],
  ] as const)('%s that was taken away on %s is named, with the role', async (permission, dataset) => {
    const { double, warehouse } = await synced();
    const giveBack = double.permissions.deny(permission, dataset);
    await expect(commit(warehouse, '36')).rejects.toMatchObject({
      code: 'warehouse_refused',
      details: { permission, dataset },
      message: expect.stringContaining('Grant roles/bigquery.dataEditor') as string,
    });
    giveBack();
    await commit(warehouse, '36');
    expect(await double.sql('select age from hubspot.people')).toEqual([{ age: '36' }]);
  });

  it('a row that does not fit is told of by its column, never by its value', async () => {
    const { warehouse } = await synced();
    const failed = await commit(warehouse, secret).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'warehouse_refused', verdict: 'retry' });
    expect((failed as Error).message).toContain('people, at column age');
    expect(JSON.stringify(failed) + String((failed as Error).stack)).not.toContain(secret);
  });
});
