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
  /** `run`: none came about · `worker`: it could not go on, and begins anew. */
  trouble(kind: TroubleKind, code: ErrorCode): void;
  /** Somebody else is at work, and this one has nothing to do but wait. */
  standsBy(): void;
}

type TroubleKind = 'run' | 'worker';

interface State {
  readonly atWork: boolean;
  readonly underWay: boolean;
  readonly movedAt?: Instant;
  readonly leaseTakenAt?: Instant;
  readonly pause?: ErrorCode;
  /** How often in a row. */
  readonly troubles: Readonly<Record<TroubleKind, number>>;
}

export function workerMetrics(registry: Registry, now: () => Instant): WorkerMetrics {
  let state: State = { atWork: false, underWay: false, troubles: none };
  addStateGauges(registry, () => state);
  const troubles = new Counter({
    name: 'keyway_worker_troubles_total',
    help: 'Times that no run came about, or that the worker could not go on, by code.',
    labelNames: ['kind', 'code'],
    registers: [registry],
  });
  const over = (kind: TroubleKind): Pick<State, 'troubles'> => ({
    troubles: { ...state.troubles, [kind]: 0 },
  });
  const withoutPause = ({ pause: _, ...rest }: State): State => rest;
  return {
    atWork: () => void (state = { ...state, ...over('worker'), atWork: true, leaseTakenAt: now() }),
    left: () => void (state = { ...withoutPause(state), atWork: false, underWay: false }),
    begun: () => void (state = { ...withoutPause(state), underWay: true, movedAt: now() }),
    moved: () => void (state = { ...state, movedAt: now() }),
    ended: () => void (state = { ...state, ...over('run'), underWay: false, movedAt: now() }),
    idle: () => void (state = withoutPause(state)),
    // That is told of by itself.
    paused: (code) => void (state = { ...state, ...over('run'), pause: code }),
    standsBy: () => void (state = { ...state, troubles: none }),
    trouble(kind, code) {
      const times = state.troubles[kind] + 1;
      state = { ...state, underWay: false, troubles: { ...state.troubles, [kind]: times } };
      troubles.inc({ kind, code });
    },
  };
}

const none: State['troubles'] = { run: 0, worker: 0 };

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
      name: 'keyway_worker_troubles_in_a_row',
      help: 'Times in a row that no run came about, or that the worker could not go on; 0 once that is over.',
      label: 'kind',
    },
    () => Object.entries(state().troubles).map(([kind, times]) => [times, kind] as const),
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
