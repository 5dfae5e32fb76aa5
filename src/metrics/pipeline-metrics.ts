import { Counter, Histogram, type Registry } from 'prom-client';
import { backfilled } from '../backfill.ts';
import type { PipelineOutcome, PipelineRun } from '../run.ts';
import type { Instant } from '../source.ts';
import { addPipelineGauges, type PipelineState } from './pipeline-gauges.ts';

/** A pipeline's latest run, and its latest complete one. */
interface RememberedRuns {
  readonly last: PipelineRun;
  readonly complete?: PipelineRun;
}

/** What is told of pipelines. */
export interface PipelineMetrics {
  /** When a pipeline is due, by the schedules that hold now; asked at each look. Nothing where it is never due. */
  scheduled(nextRun: (pipeline: string) => Instant | undefined): void;
  /** What the warehouse knows of runs before this process: only of what is scheduled. What has been told since goes before it. */
  remember(runs: readonly RememberedRuns[]): void;
  ended(run: PipelineRun): void;
  /** Another process is at work: what is known here of how fresh anything is grows old. Counts stay. */
  forget(): void;
}

export function pipelineMetrics(registry: Registry, now: () => Instant): PipelineMetrics {
  const states = new Map<string, PipelineState>();
  let nextRun: (pipeline: string) => Instant | undefined = () => undefined;
  addPipelineGauges(registry, { states, now, nextRun: (pipeline) => nextRun(pipeline) });
  const counters = pipelineCounters(registry);
  return {
    scheduled: (asked) => void (nextRun = asked),
    remember(runs) {
      for (const remembered of runs) {
        const { pipeline } = remembered.last;
        if (nextRun(pipeline) === undefined || backfilled(pipeline) !== undefined) continue;
        counters.begin(pipeline);
        if (!states.has(pipeline)) states.set(pipeline, stateOf(remembered));
      }
    },
    ended(run) {
      counters.count(run);
      if (backfilled(run.pipeline) === undefined)
        states.set(run.pipeline, after(states.get(run.pipeline), run));
    },
    forget() {
      states.clear();
      nextRun = () => undefined;
    },
  };
}

function stateOf({ last, complete }: RememberedRuns): PipelineState {
  return after(complete && after(undefined, complete), last);
}

function after(before: PipelineState = { failures: 0 }, run: PipelineRun): PipelineState {
  const { outcome, finishedAt, completeUpTo } = run;
  const upTo = completeUpTo ?? before.completeUpTo;
  const success = isSuccess(outcome) ? finishedAt : before.succeededAt;
  return {
    failures: outcome === 'failed' ? before.failures + 1 : isSuccess(outcome) ? 0 : before.failures,
    ...(success !== undefined && { succeededAt: success }),
    ...(upTo !== undefined && { completeUpTo: upTo }),
  };
}

/** What was skipped has not failed, and has not done anything either. */
function isSuccess(outcome: PipelineOutcome): boolean {
  return outcome === 'complete' || outcome === 'partial';
}

interface Counters {
  /** Counts from zero, so that the first thing that is counted is seen as a rise. */
  begin(pipeline: string): void;
  count(run: PipelineRun): void;
}

function pipelineCounters(registry: Registry): Counters {
  const { runs, duration } = runMetrics(registry);
  const { read, written, misfits } = rowMetrics(registry);
  return {
    begin(pipeline) {
      for (const outcome of outcomes) runs.inc({ pipeline, trigger: 'schedule', outcome }, 0);
      for (const operation of operations) written.inc({ pipeline, operation }, 0);
      for (const counter of [read, misfits]) counter.inc({ pipeline }, 0);
    },
    count({ outcome, counts, startedAt, finishedAt, pipeline: name }) {
      const pipeline = backfilled(name) ?? name;
      const trigger = pipeline === name ? 'schedule' : 'backfill';
      runs.inc({ pipeline, trigger, outcome });
      // A clock that was put back meanwhile tells nothing.
      if (finishedAt !== undefined)
        duration.observe({ pipeline }, Math.max(0, finishedAt - startedAt) / 1000);
      read.inc({ pipeline }, counts.read);
      misfits.inc({ pipeline }, counts.misfits);
      for (const operation of operations) written.inc({ pipeline, operation }, counts[operation]);
    },
  };
}

const outcomes = ['complete', 'partial', 'skipped', 'failed', 'interrupted'] as const;
const operations = ['inserted', 'updated', 'removed'] as const;

function runMetrics(registry: Registry): { runs: Counter; duration: Histogram } {
  return {
    runs: new Counter({
      name: 'keyway_runs_total',
      help: 'What became of each pipeline in the runs of this process: one run counts once for each of its pipelines.',
      labelNames: ['pipeline', 'trigger', 'outcome'],
      registers: [registry],
    }),
    duration: new Histogram({
      name: 'keyway_run_duration_seconds',
      help: 'How long a pipeline took in a run, whatever became of it.',
      labelNames: ['pipeline'],
      // From a look at a dictionary to a first load that takes days.
      buckets: [1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400],
      registers: [registry],
    }),
  };
}

function rowMetrics(registry: Registry): Record<'read' | 'written' | 'misfits', Counter> {
  return {
    read: new Counter({
      name: 'keyway_records_read_total',
      help: 'Records, items or links that HubSpot gave.',
      labelNames: ['pipeline'],
      registers: [registry],
    }),
    written: new Counter({
      name: 'keyway_rows_written_total',
      help: 'Rows that were inserted, updated or removed.',
      labelNames: ['pipeline', 'operation'],
      registers: [registry],
    }),
    misfits: new Counter({
      name: 'keyway_misfits_total',
      help: 'Values that did not fit their column and went to _extra, each time that they were read.',
      labelNames: ['pipeline'],
      registers: [registry],
    }),
  };
}
