import { Counter, type Registry } from 'prom-client';
import type { ErrorCode } from '../errors.ts';
import type { Instant } from '../source.ts';
import { addGauge, seconds } from './gauge.ts';

/** What is told of a worker. */
export interface WorkerMetrics {
  /** It has taken the lease. */
  atWork(): void;
  /** It has no lease, or none any more. */
  left(): void;
  begun(): void;
  moved(): void;
  ended(): void;
  /** Nothing is due. */
  idle(): void;
  /** Nothing can be read for now. */
  paused(code: ErrorCode): void;
  /** No run came about, or it could not go on. */
  trouble(code: ErrorCode): void;
}

interface State {
  readonly atWork: boolean;
  readonly underWay: boolean;
  readonly movedAt?: Instant;
  readonly leaseTakenAt?: Instant;
  readonly pause?: ErrorCode;
}

export function workerMetrics(registry: Registry, now: () => Instant): WorkerMetrics {
  let state: State = { atWork: false, underWay: false };
  addStateGauges(registry, () => state);
  const troubles = new Counter({
    name: 'keyway_worker_troubles_total',
    help: 'Times that no run came about or the worker could not go on, by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const withoutPause = ({ pause: _, ...rest }: State): State => rest;
  return {
    atWork: () => void (state = { ...state, atWork: true, leaseTakenAt: now() }),
    left: () => void (state = { ...withoutPause(state), atWork: false, underWay: false }),
    begun: () => void (state = { ...withoutPause(state), underWay: true, movedAt: now() }),
    moved: () => void (state = { ...state, movedAt: now() }),
    ended: () => void (state = { ...state, underWay: false, movedAt: now() }),
    idle: () => void (state = withoutPause(state)),
    paused: (code) => void (state = { ...state, pause: code }),
    trouble(code) {
      state = { ...state, underWay: false };
      troubles.inc({ code });
    },
  };
}

function addStateGauges(registry: Registry, state: () => State): void {
  const add = (name: string, help: string, value: () => number | undefined): void =>
    addGauge(registry, { name, help }, () => [[value()]]);
  add('keyway_worker_at_work', '1 while this worker holds the lease, 0 while it stands by.', () =>
    Number(state().atWork),
  );
  add(
    'keyway_worker_lease_taken_timestamp_seconds',
    'When this worker last took the lease; 0 where it never did.',
    () => seconds(state().leaseTakenAt ?? 0),
  );
  add('keyway_run_under_way', '1 while a run is under way.', () => Number(state().underWay));
  add(
    'keyway_last_progress_timestamp_seconds',
    'When a run last moved, began or ended; 0 where none has yet.',
    () => seconds(state().movedAt ?? 0),
  );
  addGauge(
    registry,
    {
      name: 'keyway_worker_paused',
      help: '1 while nothing can be read, with the code that says why; no sample otherwise.',
      label: 'code',
    },
    () => {
      const { pause } = state();
      return pause === undefined ? [] : [[1, pause]];
    },
  );
}
