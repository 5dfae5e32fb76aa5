import type { Instant } from '../source.ts';
import type { PipelineReport } from './status-document.ts';
import type { WorkerState } from './worker-state.ts';

/**
 * How a pipeline is. `skipped`: it is wanted, or has synced before, and cannot be read · `left out`: it cannot be read, and nobody asked for
 * it · `late`: its turn has come and gone · `partial`: but for some records, or for parts of what somebody asked for · `waiting`: it has never run.
 */
export type Condition =
  | 'failed'
  | 'skipped'
  | 'late'
  | 'partial'
  | 'loading'
  | 'waiting'
  | 'fresh'
  | 'left out';

export interface Circumstances {
  readonly at: Instant;
  readonly worker: WorkerState;
}

export function conditionOf(
  { pipeline, state, named, completeUpTo, nextRun, last }: Omit<PipelineReport, 'condition'>,
  { at, worker }: Circumstances,
): Condition {
  // The next turn of those that have had theirs in the run under way is known when that ends. Another worker may be at work.
  const isInRun =
    last?.outcome === 'running' || worker.run?.pipelines.some((each) => each.pipeline === pipeline) === true;
  if (last?.outcome === 'failed') return 'failed';
  if (last?.outcome === 'skipped') return named || completeUpTo !== undefined ? 'skipped' : 'left out';
  if (state === 'never run') return 'waiting';
  if (state === 'loading') return 'loading';
  if (nextRun !== undefined && at - nextRun > grace && !isInRun) return 'late';
  // Parts that the key may not read are no error, unless somebody asked for them.
  return last?.outcome === 'partial' && (named || last.code !== undefined) ? 'partial' : 'fresh';
}

/** Milliseconds that a turn may be overdue: runs come one after the other. */
const grace = 15 * 60_000;
