import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { contacts } from '../../pipelines/objects/contacts.ts';
import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { objectTable } from '../../src/transform/index.ts';
import { openPostgres, postgresLimits } from '../../src/warehouse/postgres/index.ts';
import { copyIn, copyOut, floorTool } from './copy.ts';
import { postgresCpu } from './postgres-cpu.ts';
import { definition, propertyCount, record, syntheticProperties } from './synthetic.ts';

/**
 * How fast rows get in, beside the fastest way there is: `\copy` of the same rows into the same keyed table. Rounds are
 * interleaved, since these machines are noisy: trust the ratios. `npm run bench [rows] [rounds]`.
 */
const rows = Number(process.argv[2] ?? 50_000);
const rounds = Number(process.argv[3] ?? 5);
const key = 'pat-na1-00000000-0000-0000-0000-000000000000';

interface Cost {
  readonly seconds: number;
  /** CPU microseconds. */
  readonly node: number;
  readonly postgres: number;
  readonly peak?: number;
}

const folder = mkdtempSync(join(tmpdir(), 'keyway-bench-'));
const embedded = openEmbedded({
  directory: join(folder, 'postgres'),
  log: silentLog,
  clock: systemClock,
  // It would write WAL, and take CPU, whenever it likes.
  settings: { autovacuum: 'off' },
});
const { url, pid } = await embedded.start();
const client = new pg.Client({ connectionString: url });
await client.connect();
const server = await startPageServer();
try {
  await bench();
} finally {
  server.process.disconnect();
  await client.end();
  await embedded.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const floors: Cost[] = [];
  const loads: Cost[] = [];
  const syncs: Cost[] = [];
  print(`${rows} rows of ${propertyCount} properties, ${rounds} rounds; the floor is ${floorTool()}`);
  for (let round = 1; round <= rounds; round++) {
    syncs.push(await measureSync([]));
    if (round === 1) await copyOut(url, 'bench.contacts', join(folder, 'rows'));
    floors.push(await measureFloor());
    loads.push(await measureLoad());
    print(
      `round ${round}: floor ${rate(floors.at(-1)!)}, loader ${rate(loads.at(-1)!)}, end to end ${rate(syncs.at(-1)!)} rows/s`,
    );
  }
  const unchanged = await measureUnchanged();
  report({ floors, loads, syncs, unchanged });
}

async function measureFloor(): Promise<Cost> {
  await client.query(
    'drop table if exists bench.floor; create table bench.floor (like bench.contacts including all) with (toast_tuple_target = 4080)',
  );
  const cpu = postgresCpu(pid);
  const startedAt = performance.now();
  await copyIn(url, 'bench.floor', join(folder, 'rows'));
  return { seconds: since(startedAt), node: 0, postgres: postgresCpu(pid) - cpu };
}

/** Rows that are in memory already, through the warehouse's own door. */
async function measureLoad(): Promise<Cost> {
  await client.query('drop schema if exists loader, loader_keyway cascade');
  const shape = objectTable(contacts, syntheticProperties.map(definition), postgresLimits);
  const warehouse = await openPostgres({
    url,
    schema: 'loader',
    stateSchema: 'loader_keyway',
    applicationName: 'keyway-bench',
    clock: systemClock,
    log: silentLog,
  });
  await warehouse.migrate();
  await warehouse.apply(await warehouse.differences([shape.table]), [shape.table]);
  const cost = { seconds: 0, node: 0, postgres: 0 };
  for (let start = 0, version = 0; start < rows; start += postgresLimits.rows) {
    const count = Math.min(postgresLimits.rows, rows - start);
    const batch = Array.from({ length: count }, (_, i) => shape.row(record(start + i)).row);
    const cpu = postgresCpu(pid);
    const own = process.cpuUsage();
    const startedAt = performance.now();
    version = (
      await warehouse.commit({
        pipeline: 'contacts',
        runId: 'bench',
        writes: [{ kind: 'upsert', table: shape.table, rows: batch }],
        checkpoint: { kind: 'loading', startedAt: 0 },
        replaces: version,
      })
    ).version;
    cost.seconds += since(startedAt);
    const { user, system } = process.cpuUsage(own);
    cost.node += user + system;
    cost.postgres += postgresCpu(pid) - cpu;
  }
  await warehouse.close();
  return cost;
}

async function measureSync(
  flags: readonly string[],
): Promise<Cost & { readonly counts: Record<string, number> }> {
  if (flags.length === 0) await client.query('drop schema if exists bench, bench_keyway cascade');
  const cpu = postgresCpu(pid);
  const child = fork(join(import.meta.dirname, 'synced.ts'), flags, {
    env: {
      PATH: process.env.PATH,
      HUBSPOT_SERVICE_KEY: key,
      HUBSPOT_BASE_URL: server.url,
      KEYWAY_WAREHOUSE: url,
      KEYWAY_SCHEMA: 'bench',
      KEYWAY_STATE_SCHEMA: 'bench_keyway',
    },
  });
  const told = await new Promise<{
    seconds: number;
    cpu: number;
    peak: number;
    counts: Record<string, number>;
  }>((resolve, reject) => {
    child.once('message', resolve as (message: unknown) => void);
    child.once('exit', (code) => reject(new Error(`the sync exited with ${code}`)));
  });
  return {
    seconds: told.seconds,
    node: told.cpu,
    postgres: postgresCpu(pid) - cpu,
    peak: told.peak,
    counts: told.counts,
  };
}

/** Everything is read again and nothing has changed. */
async function measureUnchanged(): Promise<Cost & { readonly wal: number; readonly unchanged: number }> {
  // The first reading of fresh pages marks them; with checksums that writes WAL, and is not what is measured.
  await client.query('vacuum bench.contacts');
  await client.query('checkpoint');
  const before = await walPosition();
  const cost = await measureSync(['--full-refresh']);
  const { rows: moved } = await client.query<{ bytes: string }>(
    'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1::pg_lsn)::text as bytes',
    [before],
  );
  return { ...cost, wal: Number(moved[0]!.bytes), unchanged: cost.counts.unchanged ?? 0 };
}

async function walPosition(): Promise<string> {
  const { rows: found } = await client.query<{ lsn: string }>(
    'select pg_current_wal_insert_lsn()::text as lsn',
  );
  return found[0]!.lsn;
}

interface Measured {
  readonly floors: readonly Cost[];
  readonly loads: readonly Cost[];
  readonly syncs: readonly Cost[];
  readonly unchanged: Awaited<ReturnType<typeof measureUnchanged>>;
}

function report({ floors, loads, syncs, unchanged }: Measured): void {
  const floor = median(floors.map((cost) => cost.seconds));
  const line = (name: string, costs: readonly Cost[]): void => {
    const seconds = median(costs.map((cost) => cost.seconds));
    const [node, postgres] = [
      median(costs.map((cost) => cost.node)),
      median(costs.map((cost) => cost.postgres)),
    ];
    const ratio = (floor / seconds).toFixed(2);
    print(
      `${name.padEnd(12)} ${Math.round(rows / seconds)} rows/s   ${ratio} of the floor   ` +
        `CPU µs a row: node ${(node / rows).toFixed(1)}, Postgres ${(postgres / rows).toFixed(1)}`,
    );
  };
  print('\nmedians');
  line('floor', floors);
  line('loader', loads);
  line('end to end', syncs);
  print(
    `peak memory of node, end to end: ${Math.round(Math.max(...syncs.map((cost) => cost.peak ?? 0)) / 2 ** 20)} MiB`,
  );
  print(
    `unchanged resync: ${(unchanged.wal / unchanged.unchanged).toFixed(1)} bytes of WAL a row ` +
      `(${unchanged.unchanged} unchanged), ${Math.round(rows / unchanged.seconds)} rows/s`,
  );
}

async function startPageServer(): Promise<{
  readonly url: string;
  readonly process: ReturnType<typeof fork>;
}> {
  const child = fork(join(import.meta.dirname, 'page-server.ts'), [String(rows)]);
  const port = await new Promise<number>((resolve) =>
    child.once('message', (message) => resolve(Number(message))),
  );
  return { url: `http://127.0.0.1:${port}`, process: child };
}

function since(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

function rate(cost: Cost): number {
  return Math.round(rows / cost.seconds);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
