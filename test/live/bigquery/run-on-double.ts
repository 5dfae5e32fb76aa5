import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCredentials } from '../../support/bigquery/credentials.ts';
import { startBigqueryDouble } from '../../support/bigquery/index.ts';
import { runLive } from './run.ts';

/** The live suite against the double of the other tests: it shows that the suite works, and nothing of BigQuery. */
const double = await startBigqueryDouble();
const folder = await mkdtemp(join(tmpdir(), 'keyway-live-'));
try {
  process.exitCode = await runLive(process.argv.slice(2), {
    ...process.env,
    BIGQUERY_LIVE_PROJECT: double.project,
    BIGQUERY_LIVE_ENDPOINT: double.url,
    GOOGLE_APPLICATION_CREDENTIALS: await writeCredentials(folder, double.url),
  });
} finally {
  const left = await double.sql(
    `select schema_name from duckdb_schemas() where schema_name like 'keyway_live%'`,
  );
  if (left.length > 0) process.exitCode = 1;
  process.stdout.write(`${left.length} datasets left behind\n`);
  await double.close();
  await rm(folder, { recursive: true });
}
