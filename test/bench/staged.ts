import { promisify } from 'node:util';
import * as v8 from 'node:v8';
import { constants, gzip } from 'node:zlib';
import { PassThroughClient } from 'google-auth-library';
import { contacts } from '../../pipelines/objects/contacts.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { objectTable } from '../../src/transform/index.ts';
import { Connection } from '../../src/warehouse/bigquery/connection.ts';
import { bigqueryLimits } from '../../src/warehouse/bigquery/limits.ts';
import { packer } from '../../src/warehouse/bigquery/pack-row.ts';
import { stage } from '../../src/warehouse/bigquery/staging.ts';
import { definition, record, syntheticProperties } from './synthetic.ts';

/**
 * Rows packed, compressed and uploaded, as before a commit, or the floor: the same cells by JSON.stringify, compressed as
 * fast. `node staged.ts <rows> <url, or nothing for the floor>`, in a process of its own for the sake of its memory.
 */
// As src/cli/keyway.mjs begins.
v8.setFlagsFromString('--heap-growing-percent=60');

const rows = Number(process.argv[2]);
const url = process.argv[3] ?? '';
/** Rows of some 4 KB: a batch is full by its bytes. */
const rowsABatch = 4_000;

const shape = objectTable(contacts, syntheticProperties.map(definition), bigqueryLimits);
const { table } = shape;
const compress = promisify(gzip);
const cost = { seconds: 0, cpu: 0 };
let bytes = 0;

for (let start = 0; start < rows; start += rowsABatch) {
  const count = Math.min(rowsABatch, rows - start);
  const cells = Array.from({ length: count }, (_, i) => shape.row(record(start + i)).row);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await (url === '' ? stringified(cells) : staged(cells, start));
  cost.seconds += (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(before);
  cost.cpu += user + system;
}
process.send?.({ ...cost, bytes, peak: process.resourceUsage().maxRSS * 1024 });
process.disconnect?.();

type Rows = readonly ReturnType<typeof shape.row>['row'][];

async function stringified(cells: Rows): Promise<void> {
  const lines = cells.map((row) =>
    JSON.stringify(Object.fromEntries(table.columns.map(({ name }, i) => [name, row[i] ?? undefined]))),
  );
  const text = Buffer.from(`${lines.join('\n')}\n`);
  bytes += text.length;
  await compress(text, { level: constants.Z_BEST_SPEED });
}

async function staged(cells: Rows, start: number): Promise<void> {
  const packed = cells.map(packer(table));
  bytes += packed.reduce((sum, each) => sum + each.bytes.length, 0);
  await stage(connection(), { table, rows: packed, name: `batch_${start}` });
}

function connection(): Connection {
  const datasets = { dataset: 'd', stateDataset: 'd_keyway', stagingDataset: 'd_staging' };
  return new Connection({
    project: 'bench',
    ...datasets,
    location: 'EU',
    endpoint: url,
    authClient: new PassThroughClient(),
    clock: systemClock,
    log: silentLog,
  });
}
