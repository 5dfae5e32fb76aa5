import { tmpdir } from 'node:os';
import { expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openWarehouse } from '../../src/app/open-warehouse.ts';
import { asKeywayError } from '../../src/errors.ts';
import { noCounts } from '../../src/run.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { remember } from '../support/canary/index.ts';
import { withDatabase } from '../support/postgres.ts';

const key = ['pat-eu1-7d1e0c5b', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-');
const hashKey = ['7d1e0c5b92a44f38', 'b6e73c0f8a1d5e29'].join('');

it('what a foreign error repeats of a secret is in no table of runs', async () => {
  const database = await withDatabase();
  remember(key, hashKey);
  const env = { HUBSPOT_SERVICE_KEY: key, KEYWAY_HASH_KEY: hashKey, KEYWAY_WAREHOUSE: database.url };
  const settings = readSettings({ env, cwd: tmpdir(), known: { pipelines: [], objects: [], tables: [] } });
  const { signal } = new AbortController();
  const parts = { settings, log: silentLog, clock: systemClock, signal, command: 'sync' };
  const warehouse = await openWarehouse(parts);
  onTestFinished(() => warehouse.close());
  await warehouse.migrate();
  const foreign = asKeywayError(
    new Error(`headers: Bearer ${key}, hashed with ${hashKey}, at ${database.url}`),
  );
  const run = {
    id: '01900000-0000-7000-8000-000000000001',
    command: `sync ${key}`,
    version: '0',
    portalId: '1',
    keyFingerprint: 'f',
    startedAt: 0,
    outcome: 'running',
  } as const;
  await warehouse.startRun(run);
  const of = {
    runId: run.id,
    pipeline: 'contacts',
    startedAt: 0,
    outcome: 'failed',
    code: 'internal',
  } as const;
  await warehouse.savePipelineRun({ ...of, counts: noCounts, reason: foreign.message });
  await warehouse.finishRun({ ...run, finishedAt: 1, outcome: 'failed', error: foreign.message }, []);
  const rows = await database.query('select r::text, p.reason from keyway.runs r, keyway.pipeline_runs p');
  const text = JSON.stringify(rows);
  expect(text).toMatch(/sync \[secret\].*Unexpected: headers: Bearer \[secret\], hashed with \[secret\]/);
  // The database is searched when it is dropped.
  expect(text).not.toContain(key.slice(8, 24));
});
