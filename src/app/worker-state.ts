import type { Progress } from '../run.ts';
import type { Instant } from '../source.ts';
import type { LivePipeline, WorkerState } from '../status-page/index.ts';
import type { WorkerEvent } from './worker-event.ts';

/** What the worker does after an event, by what it did before. Pure. */
export function nextState(before: WorkerState, event: WorkerEvent, now: Instant): WorkerState {
  const { lastRun, backfills } = before;
  const last = { ...(lastRun !== undefined && { lastRun }), ...(backfills && { backfills }) };
  switch (event.kind) {
    case 'standing by':
      return { state: 'standing by', since: now, ...last };
    case 'at work':
      return { state: 'waiting', since: now, ...last };
    case 'idle': {
      const next = event.next === undefined ? {} : { next: event.next };
      return { state: 'waiting', since: now, ...failureOf(before), ...last, ...next };
    }
    case 'begun': {
      const run = { id: event.runId, startedAt: now, pipelines: [] };
      return { state: 'syncing', since: now, ...last, run };
    }
    case 'progress':
      return withProgress(before, event.progress);
    case 'ended':
      return { state: 'waiting', since: now, ...last, lastRun: event.report.run.id };
    case 'failed': {
      const { code, reason } = event;
      return { state: 'waiting', since: now, code, reason, ...last };
    }
    case 'paused':
    case 'trouble': {
      const { code, reason, until } = event;
      return {
        state: event.kind === 'paused' ? 'paused' : 'in trouble',
        since: now,
        code,
        reason,
        until,
        ...last,
      };
    }
    case 'left':
      return { state: 'starting', since: now, ...(lastRun !== undefined && { lastRun }) };
    case 'backfill':
      return withBackfill(before, event);
    case 'renewed':
      return before;
  }
}

/** Why no run came about stays true until one is begun. */
function failureOf({ state, code, reason }: WorkerState): Pick<WorkerState, 'code' | 'reason'> {
  return state === 'waiting' && code !== undefined && reason !== undefined ? { code, reason } : {};
}

function withBackfill(
  before: WorkerState,
  { pipeline, state, endsAt }: Extract<WorkerEvent, { kind: 'backfill' }>,
): WorkerState {
  const { read, expected, finishedAt } = state;
  const others = (before.backfills ?? []).filter((each) => each.pipeline !== pipeline);
  const own = { pipeline, read, expected, ...(endsAt !== undefined && { endsAt }) };
  return { ...before, backfills: finishedAt === undefined ? [...others, own] : others };
}

function withProgress(before: WorkerState, progress: Progress): WorkerState {
  if (before.run === undefined) return before;
  const { pipelines } = before.run;
  const name = progress.kind === 'finished' ? progress.run.pipeline : progress.pipeline;
  const place = pipelines.findIndex(({ pipeline }) => pipeline === name);
  const after = moved(pipelines[place], name, progress);
  const all = place < 0 ? [...pipelines, after] : pipelines.with(place, after);
  return { ...before, run: { ...before.run, pipelines: all } };
}

function moved(before: LivePipeline | undefined, pipeline: string, progress: Progress): LivePipeline {
  switch (progress.kind) {
    case 'started':
      return { pipeline, outcome: 'running', read: 0 };
    case 'moved': {
      const { phase, read, expected } = progress;
      return { pipeline, outcome: 'running', phase, read, ...(expected !== undefined && { expected }) };
    }
    case 'finished':
      return { ...before, pipeline, outcome: progress.run.outcome, read: progress.run.counts.read };
  }
}
