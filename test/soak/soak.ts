import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openEmbedded } from '../../src/embedded/index.ts';
import { openSandbox } from '../../src/sandbox/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { differences } from '../support/compare.ts';
import { freePort } from '../support/free-port.ts';
import { postgresTables } from '../support/tables.ts';
import { quarters, type Quarter } from './quarters.ts';
import { openWeather } from './weather.ts';
import { atWork, standingBy, startWorker, type SoakWorker } from './worker.ts';

/**
 * Two workers for an hour, a week of the account's time, through churn, faults, rotations and kills; then what is in the
 * warehouse is compared with the truth, and what the processes held with what they held before: `npm run soak [minutes]`.
 */
const minutes = Number(process.argv[2] ?? 60);
const lasts = minutes * 60_000;
const day = 86_400_000;
/** Of one worker after the other: they overlap, and are left and taken up again. */
const backfills = [
  ['--backfill'],
  ['--backfill', 'contacts', '--since', '2026-01-01', '--by', 'created'],
  ['--backfill', 'contacts', 'deals', '--until', '2027-01-01'],
  ['--backfill', 'contacts', '--properties', 'email,lastname'],
];
/** What can be run, and compared, within a minute. */
const pipelines =
  'account,owners,teams,settings_users,roles,object_schemas,pipelines,properties,contacts,companies,deals,tickets,lists,associations,property_history';

/** Files and timers by which a quarter may differ: one a run would be ten or more. */
const slack = 3;

const folder = mkdtempSync(join(tmpdir(), 'keyway-soak-'));
const embedded = openEmbedded({ directory: join(folder, 'postgres'), log: silentLog, clock: systemClock });
const { url } = await embedded.start();
const client = new pg.Client({ connectionString: url, application_name: 'soak' });
await client.connect();
await client.query("set timezone = 'UTC'");
const sandbox = openSandbox({ seed: 7, contacts: 800, speed: 168, startAt: Date.now() });
await sandbox.start();
print(`${minutes} minutes, in ${folder}`);
const workers: SoakWorker[] = [];
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void close().then(() => process.exit(1)));
try {
  const problems = await soak();
  problems.forEach((problem) => print(`WRONG: ${problem}`));
  print(problems.length === 0 ? 'Everything holds.' : `${problems.length} things are wrong.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
  if (problems.length === 0) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
} finally {
  await close();
}

async function close(): Promise<void> {
  await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
  await client.end();
  await sandbox.stop();
  await embedded.stop();
}

async function soak(): Promise<readonly string[]> {
  const weather = openWeather({ sandbox, client, folder, lasts });
  const start = async (): Promise<SoakWorker> => {
    const args = backfills[workers.length % backfills.length] ?? [];
    const worker = startWorker({
      folder,
      name: `worker-${workers.length}`,
      args,
      port: await freePort(),
      env: { ...environment(), ...weather.env },
    });
    workers.push(worker);
    return worker;
  };
  const from = Date.now();
  const until = from + lasts;
  const gaps: number[] = [];
  let first = await start();
  await first.says(atWork);
  let second = await start();
  await second.says(standingBy);
  // The rest of the time belongs to one that lives.
  while (Date.now() < from + lasts / 6) {
    await sleep(10_000 + 20_000 * Math.random());
    const since = performance.now();
    await first.end('SIGKILL');
    await second.says(atWork);
    gaps.push(performance.now() - since);
    [first, second] = [second, await start()];
    await second.says(standingBy);
  }
  const survivor = first;
  while (Date.now() < until) {
    report(survivor);
    await sleep(Math.min(until - Date.now(), Math.max(60_000, lasts / 20)));
    await second.end('SIGKILL');
    second = await start();
    await second.says(standingBy);
  }
  weather.end();
  print([...weather.happened].map(([what, times]) => `${times} × ${what}`).join(', '));
  print(`${gaps.length} kills of the one at work; longest gap ${Math.round(Math.max(...gaps))} ms`);
  const kept = judge(quarters(survivor, { from, until }));
  await settle(survivor);
  const missed = survivor.misses.map((miss) => `${survivor.name}, ${miss}`);
  return [...kept, ...(await stop([second, survivor])), ...(await wrong()), ...longGap(gaps), ...missed];
}

/** What has left no trace is in after a week at the latest. */
async function settle(worker: SoakWorker): Promise<void> {
  sandbox.clock.advance(8 * day);
  await worker.says('run complete', worker.said('run complete') + 3);
}

function environment(): Readonly<Record<string, string>> {
  return {
    HUBSPOT_BASE_URL: sandbox.url,
    KEYWAY_WAREHOUSE: url,
    KEYWAY_SCHEDULES__DEFAULT: '* * * * *',
    KEYWAY_SCHEDULES__JITTER: '0',
    KEYWAY_PIPELINES: pipelines,
    // It lasts.
    KEYWAY_BACKFILL__SHARE: '0.03',
  };
}

async function stop(stopped: readonly SoakWorker[]): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const worker of stopped) {
    const { how, took } = await worker.end('SIGTERM');
    if (how !== 143) problems.push(`${worker.name} ended with ${how}`);
    if (took > 25_000) problems.push(`${worker.name} took ${took} ms to stop`);
  }
  return problems;
}

async function wrong(): Promise<readonly string[]> {
  const problems = [...(await differences(postgresTables(client, 'hubspot'), sandbox))];
  const rows = (sql: string): Promise<string[]> =>
    client.query<{ text: string }>(sql).then((answer) => answer.rows.map(({ text }) => text));
  const counted = await rows(
    `select outcome || ' ' || count(*) as text from keyway.runs group by outcome order by 1`,
  );
  print(`runs: ${counted.join(', ')}`);
  for (const table of ['runs', 'pipeline_runs'])
    problems.push(
      ...(await rows(
        `select '${table}: left open since ' || started_at as text from keyway.${table} where outcome = 'running'`,
      )),
    );
  problems.push(...(await rows(`select 'the lease is held by ' || label as text from keyway.leases`)));
  // When a key ends at once, some requests are under way with it.
  const ofDeadKeys = ['bad credentials', 'request after 401'];
  const broken = sandbox
    .violations()
    .filter(({ rule }) => !ofDeadKeys.includes(rule))
    .map(({ rule, method, path }) => `${rule}: ${method} ${path}`);
  return [...problems, ...new Set(broken)];
}

function longGap(gaps: readonly number[]): readonly string[] {
  const longest = Math.max(...gaps);
  return longest > 60_000 ? [`nobody was at work for ${Math.round(longest)} ms`] : [];
}

function judge(all: readonly (Quarter | undefined)[]): readonly string[] {
  all.forEach((quarter, i) => quarter && print(`quarter ${i + 1}: ${shown(quarter)}`));
  const [, second, , last] = all;
  if (second === undefined || last === undefined) return ['no worker lived for the last three quarters'];
  const problems: string[] = [];
  const grown = last.rss / second.rss;
  print(`resident memory of the last quarter: ${grown.toFixed(3)} of the second`);
  if (grown > 1.1) problems.push(`resident memory grew to ${grown.toFixed(3)}`);
  if (last.fds > second.fds + slack) problems.push(`open files grew from ${second.fds} to ${last.fds}`);
  if (last.resources > second.resources + slack)
    problems.push(`timers and sockets grew from ${second.resources} to ${last.resources}`);
  return problems;
}

function shown({ rss, heap, fds, resources }: Quarter): string {
  return `RSS ${mebibytes(rss)}, least heap ${mebibytes(heap)}, least files ${fds}, least resources ${resources}`;
}

function report({ name, samples }: SoakWorker): void {
  const last = samples.at(-1);
  const runs = workers.reduce((sum, worker) => sum + worker.said('run complete'), 0);
  if (last) print(`${name}: RSS ${mebibytes(last.rss)}, ${last.fds} files; ${runs} runs complete`);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}

function sleep(ms: number): Promise<void> {
  return systemClock.sleep(Math.max(0, ms));
}

function print(line: string): void {
  process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
}
