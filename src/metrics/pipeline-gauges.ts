import type { Registry } from 'prom-client';
import type { Instant } from '../source.ts';
import { addGauge, seconds } from './gauge.ts';

/** How a pipeline is. Instants are milliseconds since the epoch. */
export interface PipelineState {
  /** How often in a row. */
  readonly failures: number;
  /** When the last run ended that did its work. */
  readonly succeededAt?: Instant;
  readonly completeUpTo?: Instant;
}

interface GaugeParts {
  readonly states: ReadonlyMap<string, PipelineState>;
  /** `-Infinity`: at once. */
  readonly nextRun: (pipeline: string) => Instant | undefined;
  readonly now: () => Instant;
}

export function addPipelineGauges(registry: Registry, { states, nextRun, now }: GaugeParts): void {
  const add = (name: string, help: string, value: Of): void =>
    addGauge(registry, { name, help, label: 'pipeline' }, () =>
      [...states].map(([pipeline, state]) => [value(state, pipeline), pipeline] as const),
    );
  add(
    'keyway_last_success_timestamp_seconds',
    'When the last run ended that did all of this pipeline’s work.',
    ({ succeededAt }) => seconds(succeededAt),
  );
  add(
    'keyway_complete_up_to_timestamp_seconds',
    'Every change that HubSpot had before it is in the warehouse.',
    ({ completeUpTo }) => seconds(completeUpTo),
  );
  add(
    'keyway_failures_in_a_row',
    'Runs in a row in which this pipeline failed; 0 after one in which it did its work.',
    ({ failures }) => failures,
  );
  add(
    'keyway_schedule_next_timestamp_seconds',
    'When this pipeline is due; in the past where its turn has come and its run has not ended.',
    (_state, pipeline) => {
      const next = nextRun(pipeline);
      return seconds(next === -Infinity ? now() : next);
    },
  );
}

type Of = (state: PipelineState, pipeline: string) => number | undefined;
