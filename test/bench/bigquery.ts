import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { writeCredentials } from '../support/bigquery/credentials.ts';
import { startBigqueryDouble, type BigqueryDouble } from '../support/bigquery/index.ts';
import { unlimited } from '../support/sync-world.ts';

/**
 * What BigQuery costs here and there: rows are packed, compressed and uploaded to a server that forgets them, beside
 * JSON.stringify and gzip of the same rows, in interleaved rounds; and the jobs and requests of whole runs with all
 * pipelines, against the double. `npm run bench:bigquery [rows] [rounds] [contacts]`.
 */
const rows = Number(process.argv[2] ?? 30_000);
const rounds = Number(process.argv[3] ?? 5);
const contacts = Number(process.argv[4] ?? 60);

interface Cost {
  readonly seconds: number;
  /** CPU microseconds. */
  readonly cpu: number;
  readonly bytes: number;
  readonly peak: number;
}

await benchStaging();
await countJobs();

async function benchStaging(): Promise<void> {
  const server = fork(join(import.meta.dirname, 'null-bigquery.ts'));
  const port = await message<number>(server);
  const [floors, loads]: [Cost[], Cost[]] = [[], []];
  print(`${rows} rows of 200 properties, ${rounds} rounds; the floor is JSON.stringify and gzip`);
  for (let round = 1; round <= rounds; round++) {
    floors.push(await measured(''));
    loads.push(await measured(`http://127.0.0.1:${port}`));
    print(`round ${round}: floor ${rate(floors.at(-1)!)}, pack and upload ${rate(loads.at(-1)!)} rows/s`);
  }
  server.disconnect();
  const ratios = loads.map((load, place) => floors[place]!.seconds / load.seconds);
  print(`of the floor: ${median(ratios).toFixed(2)}`);
  for (const [name, costs] of Object.entries({ floor: floors, 'pack and upload': loads })) {
    const cpu = Math.round(median(costs.map((cost) => cost.cpu)) / rows);
    const peak = Math.round(median(costs.map((cost) => cost.peak)) / 2 ** 20);
    const bytes = Math.round(costs[0]!.bytes / rows);
    print(
      `${name}: ${median(costs.map(rate))} rows/s, CPU ${cpu} µs a row, ${bytes} bytes a row, peak ${peak} MiB`,
    );
  }
}

function measured(url: string): Promise<Cost> {
  return message<Cost>(fork(join(import.meta.dirname, 'staged.ts'), [String(rows), url]));
}

function message<Told>(child: ReturnType<typeof fork>): Promise<Told> {
  return new Promise((resolve, reject) => {
    child.once('message', resolve as (told: unknown) => void);
    child.once('exit', (code) => reject(new Error(`a process of the benchmark exited with ${code}`)));
  });
}

async function countJobs(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-bench-'));
  const sandbox = openSandbox({ contacts, limits: unlimited });
  const double = await startBigqueryDouble();
  try {
    await sandbox.start();
    const env = await environment(sandbox, double, folder);
    print(`all pipelines of an account with ${contacts} contacts`);
    await counted('first sync', double, env);
    sandbox.clock.advance(600_000);
    await counted('ten minutes later, nothing changed', double, env);
    sandbox.clock.advance(86_400_000);
    await counted('a night later, nothing changed', double, env);
    sandbox.world.churn({ steps: 100, objects: ['contacts', 'companies', 'deals', 'tickets'] });
    sandbox.clock.advance(86_400_000);
    await counted('a night later, 100 changes', double, env);
  } finally {
    await sandbox.stop();
    await double.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Environment = Readonly<Record<string, string>>;

async function environment(sandbox: Sandbox, double: BigqueryDouble, folder: string): Promise<Environment> {
  const endpoint = encodeURIComponent(double.url);
  return {
    PATH: process.env.PATH ?? '',
    HUBSPOT_SERVICE_KEY: sandbox.key,
    HUBSPOT_BASE_URL: sandbox.url,
    KEYWAY_WAREHOUSE: `bigquery://${double.project}/hubspot?location=EU&endpoint=${endpoint}`,
    GOOGLE_APPLICATION_CREDENTIALS: await writeCredentials(folder, double.url),
    KEYWAY_RATE_LIMIT__SEARCH_PER_SECOND: '1000',
    KEYWAY_RATE_LIMIT__ASSOCIATIONS_PER_SECOND: '1000',
  };
}

interface Synced {
  readonly seconds: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly billed: { readonly jobs: number; readonly bytesBilled: number };
}

async function counted(what: string, double: BigqueryDouble, env: Environment): Promise<void> {
  const before = double.requests.length;
  const run = await message<Synced>(fork(join(import.meta.dirname, 'synced-all.ts'), { env }));
  const requests = double.requests.slice(before);
  const kinds = new Map<string, number>();
  for (const { method, path, jobId } of requests) {
    if (method !== 'POST' || !path.endsWith('/jobs')) continue;
    const kind = /^keyway-(first-row|[a-z]+)/.exec(jobId ?? '')?.[1] ?? 'other';
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const told = [...kinds].toSorted(([, a], [, b]) => b - a).map(([kind, jobs]) => `${kind} ${jobs}`);
  const gib = (run.billed.bytesBilled / 2 ** 30).toFixed(2);
  const outcomes = Object.entries(run.outcomes).map(([outcome, n]) => `${n} ${outcome}`);
  print(`${what} (${outcomes.join(', ')}): ${run.billed.jobs} jobs, ${gib} GiB, ${requests.length} requests`);
  print(`  ${told.join(', ')}`);
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
