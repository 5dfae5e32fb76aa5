import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Instant } from '../source.ts';
import type { TrafficListener } from '../traffic.ts';
import { addGauge } from './gauge.ts';
import { hubspotMetrics } from './hubspot-metrics.ts';
import { pipelineMetrics, type PipelineMetrics } from './pipeline-metrics.ts';
import { workerMetrics, type WorkerMetrics } from './worker-metrics.ts';

/**
 * What Prometheus is told. Labels are names that Keyway or the account's schema has: pipelines, endpoints, codes; never what is
 * in a record, and never a key. None of it asks anybody when it is read: a warehouse that hangs does not hold up a scrape.
 */
export interface Metrics {
  readonly hubspot: TrafficListener;
  readonly pipelines: PipelineMetrics;
  readonly worker: WorkerMetrics;
  /** In Prometheus's text format, version 0.0.4. */
  text(): Promise<string>;
}

export interface MetricsOptions {
  readonly version: string;
  readonly now: () => Instant;
}

export function openMetrics({ version, now }: MetricsOptions): Metrics {
  const registry = new Registry();
  addGauge(
    registry,
    {
      name: 'keyway_build_info',
      help: 'Always 1; the label says which version of Keyway this is.',
      label: 'version',
    },
    () => [[1, version]],
  );
  const watchProcess = once(() => collectDefaultMetrics({ register: registry }));
  return {
    hubspot: hubspotMetrics(registry),
    pipelines: pipelineMetrics(registry, now),
    worker: workerMetrics(registry, now),
    text() {
      // Only where somebody looks: it watches the garbage collector from then on, for as long as the process lives.
      watchProcess();
      return registry.metrics();
    },
  };
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}
