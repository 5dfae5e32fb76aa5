import { expect, it, onTestFinished } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openApp } from '../../src/app/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { openWorkerMetrics, type WorkerMetrics } from '../../src/app/worker-metrics.ts';
import { silentLog, systemClock, type Clock } from '../../src/service.ts';
import { emptyFolder } from '../cli/run-keyway.ts';
import { samplesOf } from '../metrics/samples.ts';
import { withDatabase } from '../support/postgres.ts';
import { type Environment, environment, hurried, withSandbox } from './account.ts';
import { everyMinute, yearly } from './worker-process.ts';

interface Worker {
  readonly metrics: WorkerMetrics;
  /** Resolves once a sample is what is wanted. */
  shows(sample: string, wanted: (value: number | undefined) => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** The clock of the machine, twenty times as fast: who stands by looks at the lease every ten seconds. */
const zero = Date.now();
const clock: Clock = {
  now: () => zero + (Date.now() - zero) * 20,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};

/** A worker within this process, whose events go to metrics as they do in any worker. */
async function startWorker(env: Environment): Promise<Worker> {
  const parts = { log: silentLog, clock };
  const metrics = await openWorkerMetrics(parts);
  const settings = readSettings({ env, cwd: emptyFolder(), known: knownNames });
  const stop = new AbortController();
  const app = openApp(settings, { ...parts, signal: stop.signal, command: 'worker' });
  const ended = app.work({
    onHangUp: () => undefined,
    reread: () => Promise.reject(new Error('nobody asks for it')),
    watch: () => ({ on: () => undefined, close: () => undefined }),
    onEvent: metrics.onEvent,
  });
  const worker: Worker = {
    metrics,
    async shows(sample, wanted) {
      while (!wanted(samplesOf(await metrics.text()).get(sample))) {
        if (stop.signal.aborted) throw new Error(`it ended without showing ${sample}`);
        await Promise.race([new Promise((resolve) => setTimeout(resolve, 10)), ended]);
      }
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
  onTestFinished(() => worker.stop());
  return worker;
}

const success = 'keyway_last_success_timestamp_seconds{pipeline="contacts"}';
const isThere = (value: number | undefined): boolean => value !== undefined;

it(
  'shows what runs did; the next worker knows it from the warehouse, and one that stands by claims nothing',
  { timeout: 60_000 },
  async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const few = { KEYWAY_PIPELINES: 'account,owners,contacts' };
    const env = { ...environment(sandbox, database), ...hurried, ...yearly, ...few };
    const first = await startWorker(env);
    await first.shows(success, isThere);
    await first.shows('keyway_run_under_way', (value) => value === 0);
    const after = samplesOf(await first.metrics.text());
    expect(after.get('keyway_worker_at_work')).toBe(1);
    expect(after.get('keyway_runs_total{pipeline="contacts",trigger="schedule",outcome="complete"}')).toBe(1);
    expect(after.get('keyway_records_read_total{pipeline="contacts"}')).toBeGreaterThanOrEqual(60);
    const due = after.get('keyway_schedule_next_timestamp_seconds{pipeline="contacts"}');
    expect(new Date(1000 * due!).toISOString()).toMatch(/^\d{4}-01-01T00:00:00\.000Z$/);

    const second = await startWorker(env);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await second.metrics.text()).not.toContain('pipeline="contacts"');
    expect(samplesOf(await second.metrics.text()).get('keyway_worker_at_work')).toBe(0);

    await first.stop();
    expect(samplesOf(await first.metrics.text()).get('keyway_worker_at_work')).toBe(0);
    expect(await first.metrics.text()).not.toContain(success);
    await second.shows(success, (value) => value === after.get(success));
    const taken = samplesOf(await second.metrics.text());
    const upTo = 'keyway_complete_up_to_timestamp_seconds{pipeline="contacts"}';
    expect(taken.get(upTo)).toBe(after.get(upTo));
    expect(taken.get('keyway_worker_at_work')).toBe(1);

    for (const { metrics } of [first, second]) {
      const text = await metrics.text();
      expect(text).not.toContain(sandbox.key.slice(0, 12));
      expect(text).not.toMatch(/@|postgres:/);
    }
  },
);

it('shows why nothing can be read, and that a warehouse cannot be reached', { timeout: 60_000 }, async () => {
  const [sandbox, database] = [await withSandbox(), await withDatabase()];
  const few = { KEYWAY_PIPELINES: 'account,owners', KEYWAY_HUBSPOT__KEY_WAIT: '0' };
  const env = { ...environment(sandbox, database), ...hurried, ...everyMinute, ...few };
  const worker = await startWorker(env);
  await worker.shows('keyway_last_success_timestamp_seconds{pipeline="owners"}', isThere);
  sandbox.world.keys.revoke();
  await worker.shows('keyway_worker_paused{code="key_refused"}', (value) => value === 1);
  // That it waits is told; it is no trouble of its own.
  expect(samplesOf(await worker.metrics.text()).get('keyway_worker_troubles_in_a_row{kind="run"}')).toBe(0);

  const nowhere = { ...env, KEYWAY_WAREHOUSE: 'postgres://keyway@127.0.0.1:9/nowhere' };
  const lost = await startWorker(nowhere);
  await lost.shows('keyway_worker_troubles_in_a_row{kind="worker"}', (value = 0) => value >= 2);
  const samples = samplesOf(await lost.metrics.text());
  expect(samples.get('keyway_worker_troubles_total{kind="worker",code="warehouse_unavailable"}')).toBe(
    samples.get('keyway_worker_troubles_in_a_row{kind="worker"}'),
  );
  expect(samples.get('keyway_worker_at_work')).toBe(0);
});

it('shows how often in a row no run came about', { timeout: 60_000 }, async () => {
  const [sandbox, database] = [await withSandbox(), await withDatabase()];
  const env = { ...environment(sandbox, database), ...hurried, ...everyMinute, KEYWAY_PIPELINES: 'owners' };
  const worker = await startWorker(env);
  const inARow = 'keyway_worker_troubles_in_a_row{kind="run"}';
  await worker.shows('keyway_last_success_timestamp_seconds{pipeline="owners"}', isThere);
  await sandbox.stop();
  await worker.shows(inARow, (value) => value === 2);
});
