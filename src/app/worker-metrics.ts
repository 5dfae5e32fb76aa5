import packageJson from '../../package.json' with { type: 'json' };
import { asKeywayError } from '../errors.ts';
import type { Metrics } from '../metrics/index.ts';
import type { TrafficListener } from '../traffic.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import type { OnWorkerEvent } from './worker-event.ts';

/** A worker's metrics: fed by what it tells, and by what its source tells of requests. */
export interface WorkerMetrics {
  readonly onEvent: OnWorkerEvent;
  readonly onTraffic: TrafficListener;
  /** In Prometheus's text format; asks nobody. */
  text(): Promise<string>;
}

export async function openWorkerMetrics({
  clock,
  log,
}: Pick<AppParts, 'clock' | 'log'>): Promise<WorkerMetrics> {
  // Loaded by those who need it.
  const { openMetrics } = await import('../metrics/index.ts');
  const metrics = openMetrics({ version: packageJson.version, now: () => clock.now() });
  /** Counts up with each lease: what is read late under one is not told under another. */
  let lease = 0;
  const remember = async (warehouse: Warehouse): Promise<void> => {
    const mine = lease;
    try {
      const runs = await warehouse.pipelineRuns();
      if (lease === mine) metrics.pipelines.remember(runs);
    } catch (error) {
      log.warn({ reason: asKeywayError(error).message }, 'metrics say nothing of runs before this one');
    }
  };
  return {
    onTraffic: metrics.hubspot,
    text: () => metrics.text(),
    onEvent(event) {
      if (event.kind === 'at work') {
        lease += 1;
        metrics.pipelines.scheduled(event.nextRun);
        void remember(event.warehouse);
      }
      if (event.kind === 'left' || event.kind === 'standing by') {
        lease += 1;
        metrics.pipelines.forget();
      }
      if (event.kind === 'progress' && event.progress.kind === 'finished')
        metrics.pipelines.ended(event.progress.run);
      tellOfWorker(metrics.worker, event);
    },
  };
}

function tellOfWorker(worker: Metrics['worker'], event: Parameters<OnWorkerEvent>[0]): void {
  switch (event.kind) {
    case 'at work':
      return worker.atWork();
    case 'standing by':
      worker.left();
      return worker.standsBy();
    case 'left':
      return worker.left();
    case 'begun':
      return worker.begun();
    case 'progress':
      return worker.moved();
    case 'ended':
      return worker.ended();
    case 'idle':
      return worker.idle();
    case 'paused':
      return worker.paused(event.code);
    case 'failed':
      return worker.trouble('run', event.code);
    case 'trouble':
      return worker.trouble('worker', event.code);
    case 'backfill':
    case 'renewed':
      return undefined;
  }
}
