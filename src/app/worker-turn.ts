import { asKeywayError, type ErrorCode } from '../errors.ts';
import { keysIn } from '../hubspot/index.ts';
import type { PipelineRun, Progress } from '../run.ts';
import type { Log } from '../service.ts';
import type { Instant } from '../source.ts';
import type { Pause, Turn } from '../worker/index.ts';
import type { AppParts } from './app.ts';
import { inOpenRun, type OpenEnds, type Runner, type RunReport } from './in-run.ts';
import { keySlots } from './key-slots.ts';
import { hasDone } from './timetable-of.ts';
import type { OnWorkerEvent, Trouble } from './worker-event.ts';

/** Whoever watches one run. */
export interface Watcher {
  on(event: Progress): void;
  close(): void;
}

export interface TurnParts extends AppParts, OpenEnds {
  /** Also aborts when the lease is lost. */
  readonly signal: AbortSignal;
  readonly watch: (log: Log) => Watcher;
  readonly onEvent: OnWorkerEvent;
}

/** What a run is of, told how it is made and who hears of its progress. */
export type Work = (runner: Runner, onProgress: (progress: Progress) => void) => Promise<RunReport>;

export interface WorkerTurn extends Turn {
  /** Of each pipeline that the run came to. */
  readonly runs: readonly PipelineRun[];
}

/** The runs of a worker, one after the other, with ends that outlive them: the key ring and the budget remember. */
export function openTurns(
  parts: TurnParts,
  /** Before each run. */
  lookAtKeys: () => Promise<void>,
): (work: Work) => Promise<WorkerTurn> {
  const { log, signal, onEvent } = parts;
  let told = '';
  return async (work) => {
    await lookAtKeys();
    const keysBefore = keysOf(parts);
    const { runs, troubles } = await attempt(parts, work);
    const pause = signal.aborted ? undefined : pauseFor(troubles, parts, keysBefore);
    if (pause === undefined) {
      told = '';
      const failed = runs.length === 0 && troubles.length > 0;
      return { runs, ran: runs.map(({ pipeline }) => pipeline), failed };
    }
    const { code, reason, until } = pause;
    const facts = { code, reason, until: new Date(until).toISOString() };
    // Once, however often it is tried in vain.
    if (told === reason) log.debug(facts, waits);
    else log.error(facts, waits);
    told = reason;
    onEvent({ kind: 'paused', ...pause });
    return { runs, ran: runs.filter(hasDone).map(({ pipeline }) => pipeline), pause };
  };
}

interface Attempt {
  readonly runs: readonly PipelineRun[];
  readonly troubles: readonly Trouble[];
}

async function attempt(parts: TurnParts, work: Work): Promise<Attempt> {
  const { log, onEvent } = parts;
  let watcher: (Watcher & { readonly runId: string }) | undefined;
  const onProgress = (progress: Progress): void => {
    if (watcher === undefined) return;
    watcher.on(progress);
    onEvent({ kind: 'progress', runId: watcher.runId, progress });
  };
  const runner: Runner = (given, _requested, within) =>
    inOpenRun(given, parts, (run) => {
      const { runId } = run;
      watcher = { ...parts.watch(log.child({ run: runId })), runId };
      onEvent({ kind: 'begun', runId });
      return within(run);
    });
  try {
    const report = await work(runner, onProgress);
    tell(log, report);
    onEvent({ kind: 'ended', report });
    const troubles = report.pipelines.flatMap(({ code, reason = '' }) => (code ? [{ code, reason }] : []));
    return { runs: report.pipelines, troubles };
  } catch (thrown) {
    const error = asKeywayError(thrown);
    if (parts.signal.aborted || error.code === 'warehouse_newer') throw thrown;
    if (!isWaitedFor(error.code)) {
      const stack = error.code === 'internal' && thrown instanceof Error ? { stack: thrown.stack } : {};
      log.error({ code: error.code, reason: error.message, ...stack }, 'no run came about');
    }
    const trouble = { code: error.code, reason: error.message };
    onEvent({ kind: 'failed', ...trouble });
    return { runs: [], troubles: [trouble] };
  } finally {
    watcher?.close();
  }
}

function tell(log: Log, { run, pipelines, usage }: RunReport): void {
  const seconds = Math.round(((run.finishedAt ?? run.startedAt) - run.startedAt) / 1000);
  const calls = usage.reduce((sum, each) => sum + each.calls, 0);
  const { id, outcome } = run;
  log.info({ run: id, outcome, pipelines: pipelines.length, seconds, calls }, `run ${outcome}`);
}

/** What keeps every further run from coming about: a key that HubSpot does not take, or a day without calls. */
function pauseFor(
  troubles: readonly Trouble[],
  { source, clock, ...parts }: TurnParts,
  keysBefore: ReadonlySet<string>,
): (Pause & Trouble) | undefined {
  const trouble = troubles.find(({ code }) => isWaitedFor(code));
  if (trouble === undefined) return undefined;
  if (trouble.code !== 'daily_limit') {
    const isOver = (): boolean => [...keysOf(parts)].some((key) => !keysBefore.has(key));
    return { ...trouble, until: clock.now() + hour, isOver };
  }
  const until: Instant | undefined = source.usedUpUntil();
  // Not of all calls: the others have their turn as ever.
  return until === undefined ? undefined : { ...trouble, until, isOver: () => false };
}

function isWaitedFor(code: ErrorCode): boolean {
  return ['account_mismatch', 'daily_limit', 'key_missing', 'key_refused'].includes(code);
}

function keysOf({ settings }: Pick<AppParts, 'settings'>): ReadonlySet<string> {
  return new Set(keysIn(keySlots(settings)).map(({ key }) => key));
}

/** As long as a key that is refused is left alone. */
const hour = 3_600_000;
const waits = 'nothing can be read for now: waiting';
