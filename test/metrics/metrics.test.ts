import { describe, expect, it } from 'vitest';
import { openMetrics, type Metrics } from '../../src/metrics/index.ts';
import { noCounts, type PipelineRun } from '../../src/run.ts';
import { samplesOf } from './samples.ts';

const noon = Date.parse('2026-11-28T12:00:00Z');
const hour = 3_600_000;

function opened(): Metrics {
  return openMetrics({ version: '1.2.3', now: () => noon });
}

function run(more: Partial<PipelineRun> = {}): PipelineRun {
  return {
    runId: 'r1',
    pipeline: 'contacts',
    startedAt: noon - 90_000,
    finishedAt: noon - 30_000,
    outcome: 'complete',
    counts: { ...noCounts, read: 7, inserted: 4, updated: 2, removed: 1, misfits: 3 },
    completeUpTo: noon - hour,
    ...more,
  };
}

async function of(metrics: Metrics, sample: string): Promise<number | undefined> {
  return samplesOf(await metrics.text()).get(sample);
}

describe('the metrics of pipelines', () => {
  it('say when each last did its work, how far it is and when it is due', async () => {
    const metrics = opened();
    metrics.pipelines.scheduled((pipeline) => (pipeline === 'contacts' ? noon + hour : -Infinity));
    metrics.pipelines.ended(run());
    metrics.pipelines.ended(run({ pipeline: 'deals' }));
    const samples = samplesOf(await metrics.text());
    expect(samples.get('keyway_last_success_timestamp_seconds{pipeline="contacts"}')).toBe(noon / 1000 - 30);
    expect(samples.get('keyway_complete_up_to_timestamp_seconds{pipeline="contacts"}')).toBe(
      (noon - hour) / 1000,
    );
    expect(samples.get('keyway_schedule_next_timestamp_seconds{pipeline="contacts"}')).toBe(
      (noon + hour) / 1000,
    );
    expect(samples.get('keyway_schedule_next_timestamp_seconds{pipeline="deals"}')).toBe(noon / 1000);
  });

  it('count runs, records, rows and misfits', async () => {
    const metrics = opened();
    metrics.pipelines.ended(run());
    metrics.pipelines.ended(run({ outcome: 'failed' }));
    const samples = samplesOf(await metrics.text());
    const labels = 'pipeline="contacts",trigger="schedule"';
    expect(samples.get(`keyway_runs_total{${labels},outcome="complete"}`)).toBe(1);
    expect(samples.get(`keyway_runs_total{${labels},outcome="failed"}`)).toBe(1);
    expect(samples.get('keyway_run_duration_seconds_sum{pipeline="contacts"}')).toBe(120);
    expect(samples.get('keyway_records_read_total{pipeline="contacts"}')).toBe(14);
    expect(samples.get('keyway_misfits_total{pipeline="contacts"}')).toBe(6);
    const written = ['inserted', 'updated', 'removed'].map((operation) =>
      samples.get(`keyway_rows_written_total{pipeline="contacts",operation="${operation}"}`),
    );
    expect(written).toEqual([8, 4, 2]);
  });

  it('count failures in a row, from the last success on; what was skipped or stopped changes nothing', async () => {
    const metrics = opened();
    const failures = 'keyway_failures_in_a_row{pipeline="contacts"}';
    const success = 'keyway_last_success_timestamp_seconds{pipeline="contacts"}';
    const seen: (number | undefined)[] = [];
    for (const outcome of ['failed', 'interrupted', 'failed', 'skipped', 'partial', 'failed'] as const) {
      metrics.pipelines.ended(run({ outcome }));
      seen.push(await of(metrics, failures));
    }
    expect(seen).toEqual([1, 1, 2, 2, 0, 1]);
    expect(await of(metrics, success)).toBe(noon / 1000 - 30);
  });

  it('keep backfills apart, whatever they are called, and learn nothing of freshness from them', async () => {
    const metrics = opened();
    metrics.pipelines.ended(run({ pipeline: 'contacts/backfill-0a1b2c3d', outcome: 'failed' }));
    const text = await metrics.text();
    expect(samplesOf(text).get(backfilled)).toBe(1);
    expect(text).not.toContain('0a1b2c3d');
    expect(text).not.toMatch(/^keyway_(failures_in_a_row|last_success_timestamp_seconds)\{/m);
  });

  it('know from the warehouse how it was before this process, and count from zero', async () => {
    const metrics = opened();
    metrics.pipelines.scheduled((pipeline) => (pipeline === 'gone' ? undefined : noon));
    const before = run({ finishedAt: noon - 2 * hour, completeUpTo: noon - 3 * hour });
    metrics.pipelines.remember([
      { last: run({ outcome: 'failed' }), complete: before },
      { last: run({ pipeline: 'gone' }) },
    ]);
    const text = await metrics.text();
    const samples = samplesOf(text);
    expect(samples.get('keyway_last_success_timestamp_seconds{pipeline="contacts"}')).toBe(
      (noon - 2 * hour) / 1000,
    );
    expect(samples.get('keyway_failures_in_a_row{pipeline="contacts"}')).toBe(1);
    const labels = 'pipeline="contacts",trigger="schedule"';
    expect(samples.get(`keyway_runs_total{${labels},outcome="failed"}`)).toBe(0);
    // It is not among what the settings want: nobody waits for it.
    expect(text).not.toContain('gone');
  });

  it('go by what has just happened rather than by what is read late from the warehouse', async () => {
    const metrics = opened();
    metrics.pipelines.scheduled(() => noon);
    metrics.pipelines.ended(run());
    metrics.pipelines.remember([{ last: run({ finishedAt: noon - 9 * hour }) }]);
    expect(await of(metrics, 'keyway_last_success_timestamp_seconds{pipeline="contacts"}')).toBe(
      noon / 1000 - 30,
    );
  });

  it('forget how fresh anything is when another process is at work, and go on counting', async () => {
    const metrics = opened();
    metrics.pipelines.scheduled(() => noon);
    metrics.pipelines.ended(run());
    metrics.pipelines.forget();
    const text = await metrics.text();
    expect(text).not.toMatch(/^keyway_\w+_(timestamp_seconds|in_a_row)\{pipeline/m);
    expect(samplesOf(text).get('keyway_records_read_total{pipeline="contacts"}')).toBe(7);
  });
});

const backfilled = 'keyway_runs_total{pipeline="contacts",trigger="backfill",outcome="failed"}';

describe('the metrics of a worker', () => {
  it('say whether it holds the lease, since when, and whether a run moves', async () => {
    const metrics = opened();
    const shown = async (): Promise<readonly (number | undefined)[]> => {
      const samples = samplesOf(await metrics.text());
      return ['worker_at_work', 'run_under_way', 'last_progress_timestamp_seconds'].map((name) =>
        samples.get(`keyway_${name}`),
      );
    };
    expect(await shown()).toEqual([0, 0, 0]);
    metrics.worker.atWork();
    expect(await of(metrics, 'keyway_worker_lease_taken_timestamp_seconds')).toBe(noon / 1000);
    metrics.worker.begun();
    expect(await shown()).toEqual([1, 1, noon / 1000]);
    metrics.worker.ended();
    expect(await shown()).toEqual([1, 0, noon / 1000]);
    metrics.worker.begun();
    metrics.worker.left();
    expect(await shown()).toEqual([0, 0, noon / 1000]);
  });

  it('say why it waits, for as long as it does', async () => {
    const metrics = opened();
    const refused = 'keyway_worker_paused{code="key_refused"}';
    metrics.worker.paused('key_refused');
    expect(await of(metrics, refused)).toBe(1);
    metrics.worker.trouble('run', 'key_refused');
    expect(await of(metrics, refused)).toBe(1);
    expect(await of(metrics, 'keyway_worker_troubles_total{kind="run",code="key_refused"}')).toBe(1);
    for (const end of ['begun', 'idle', 'left'] as const) {
      metrics.worker.paused('key_refused');
      metrics.worker[end]();
      expect(await of(metrics, refused)).toBeUndefined();
    }
  });
});

describe('troubles in a row', () => {
  const shown = (metrics: Metrics, kind: string): Promise<number | undefined> =>
    of(metrics, `keyway_worker_troubles_in_a_row{kind="${kind}"}`);

  it.each([
    ['run', 'ended', 'left'],
    ['run', 'paused', 'atWork'],
    ['run', 'standsBy', 'idle'],
    ['worker', 'atWork', 'ended'],
    ['worker', 'standsBy', 'left'],
  ] as const)('of a %s are over when it has %s, not when it has %s', async (kind, over, not) => {
    const metrics = opened();
    expect(await shown(metrics, kind)).toBe(0);
    metrics.worker.trouble(kind, 'warehouse_unavailable');
    metrics.worker.trouble(kind, 'warehouse_unavailable');
    metrics.worker[not]();
    expect(await shown(metrics, kind)).toBe(2);
    metrics.worker[over]('key_refused');
    expect(await shown(metrics, kind)).toBe(0);
  });
});

describe('the metrics of requests', () => {
  it('count them by endpoint and status, with how long they took and waited', async () => {
    const metrics = opened();
    const endpoint = 'GET /crm/objects/{object}';
    metrics.hubspot({ kind: 'waited', limit: 'burst', ms: 1500 });
    metrics.hubspot({ kind: 'asked', endpoint, status: 429, ms: 200 });
    metrics.hubspot({ kind: 'retried', reason: 'hubspot_rate_limited', ms: 10_000 });
    metrics.hubspot({ kind: 'left', policy: 'daily', left: 90, limit: 100 });
    const samples = samplesOf(await metrics.text());
    const expected = {
      [`keyway_hubspot_requests_total{endpoint="${endpoint}",status="429"}`]: 1,
      [`keyway_hubspot_request_duration_seconds_bucket{le="0.25",endpoint="${endpoint}"}`]: 1,
      [`keyway_hubspot_request_duration_seconds_bucket{le="0.1",endpoint="${endpoint}"}`]: 0,
      'keyway_ratelimit_wait_seconds_total{limit="burst"}': 1.5,
      'keyway_retries_total{reason="hubspot_rate_limited"}': 1,
      'keyway_retry_wait_seconds_total{reason="hubspot_rate_limited"}': 10,
      'keyway_hubspot_ratelimit_remaining{policy="daily"}': 90,
      'keyway_hubspot_ratelimit_limit{policy="daily"}': 100,
    };
    for (const [sample, value] of Object.entries(expected))
      expect([sample, samples.get(sample)]).toEqual([sample, value]);
  });
});

describe('all metrics', () => {
  it('name the version, and watch the process only once somebody looks', async () => {
    const text = await opened().text();
    expect(text).toContain('keyway_build_info{version="1.2.3"} 1');
    expect(text).toContain('process_resident_memory_bytes ');
    expect(text).toContain('nodejs_eventloop_lag_seconds ');
  });

  it('are those of one worker alone: two in a process do not mix', async () => {
    const [one, other] = [opened(), opened()];
    one.worker.atWork();
    await one.text();
    expect(await of(other, 'keyway_worker_at_work')).toBe(0);
  });
});
