import packageJson from '../../package.json' with { type: 'json' };
import type { Settings } from '../../config/index.ts';
import type { Instant } from '../source.ts';
import {
  type Circumstances,
  conditionOf,
  type PipelineReport,
  type Readiness,
  type StatusViews,
  verdictOf,
  type WorkerState,
} from '../status-page/index.ts';
import type { AppParts } from './app.ts';
import { strikeOut } from './log.ts';
import { openOverview, type Overview, type Read } from './overview.ts';
import { withTexts } from './without-secrets.ts';
import { openStatusAddress } from './status-address.ts';
import type { OnWorkerEvent, WorkerEvent } from './worker-event.ts';
import { nextState } from './worker-state.ts';

/** The window onto a worker. */
export interface StatusWindow {
  readonly onEvent: OnWorkerEvent;
  close(): Promise<void>;
}

/**
 * Serves page, health and metrics at the settings' address, for as long as the worker lives; goes with the settings when they are read
 * again. Throws `config_invalid` where it cannot be served there.
 */
export async function serveStatus(parts: AppParts, metrics?: StatusViews['metrics']): Promise<StatusWindow> {
  let current = parts;
  const worker = openWorkerView(parts);
  let overview = openOverview(parts);
  const views = viewsOf({ parts: () => current, worker, overview: () => overview, metrics });
  const address = await openStatusAddress(parts, views);
  const follow = async (settings: Settings): Promise<void> => {
    const former = overview;
    current = { ...parts, settings };
    overview = openOverview(current);
    await Promise.allSettled([former.close(), address.move(current)]);
  };
  let following = Promise.resolve();
  return {
    onEvent(event) {
      worker.onEvent(event);
      if (['begun', 'ended', 'failed'].includes(event.kind)) overview.outdate();
      if (event.kind !== 'renewed') return;
      const { settings } = event;
      following = following.then(() => follow(settings));
    },
    async close() {
      await following;
      await address.close();
      await overview.close();
    },
  };
}

interface WorkerView extends Pick<StatusViews, 'worker' | 'onWorker'> {
  readonly onEvent: OnWorkerEvent;
  /** When a pipeline is due by the timetable of the worker at work; nothing is known of it where that is not this one. */
  readonly nextRun: (pipeline: string) => Instant | undefined;
}

function openWorkerView({ clock }: AppParts): WorkerView {
  let state: WorkerState = { state: 'starting', since: clock.now() };
  let atWork: Extract<WorkerEvent, { kind: 'at work' }> | undefined;
  const listeners = new Set<() => void>();
  return {
    worker: () => state,
    onWorker(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    nextRun: (pipeline) => atWork?.nextRun(pipeline),
    onEvent(event) {
      if (event.kind === 'at work') atWork = event;
      if (event.kind === 'left') atWork = undefined;
      state = nextState(state, event, clock.now());
      listeners.forEach((listener) => listener());
    },
  };
}

interface ViewParts {
  readonly parts: () => AppParts;
  readonly worker: WorkerView;
  readonly overview: () => Overview;
  readonly metrics: StatusViews['metrics'];
}

function viewsOf({ parts, worker, overview, metrics }: ViewParts): StatusViews {
  // What went wrong may repeat foreign errors, which no table and no log has seen yet.
  const concealed = <T>(value: T): T =>
    withTexts(value, (text) => strikeOut(text, parts().settings, 12)) as T;
  return {
    worker: () => concealed(worker.worker()),
    onWorker: worker.onWorker,
    ...(metrics && { metrics }),
    async document() {
      const { value, problem } = await overview().look();
      const now = { at: parts().clock.now(), worker: worker.worker() };
      const told = {
        ...now,
        ...(value && {
          report: { ...value, pipelines: value.pipelines.map((each) => judged(each, now, worker)) },
        }),
        ...(problem !== undefined && { unreachable: problem }),
      };
      return concealed({ version: 1, keyway: packageJson.version, verdict: verdictOf(told), ...told });
    },
    async readiness() {
      return [await overview().isReached(), workerReadiness(worker.worker())];
    },
  };
}

/** What failed waits for its next turn, of which only the worker knows: until the run under way has ended, what is stored tells more. */
function judged(
  read: Read['pipelines'][number],
  now: Circumstances,
  { nextRun }: WorkerView,
): PipelineReport {
  const isInRun = now.worker.run?.pipelines.some(({ pipeline }) => pipeline === read.pipeline) === true;
  const turn = isInRun ? undefined : nextRun(read.pipeline);
  const report = turn === undefined ? read : { ...read, nextRun: turn };
  // What has never run is due.
  const due = report.nextRun === -Infinity ? { ...report, nextRun: now.at } : report;
  return { ...due, condition: conditionOf(due, now) };
}

/** A run that fails is shown and told of; the worker goes on. */
function workerReadiness({ state, code }: WorkerState): Readiness {
  const detail = code === undefined ? state : `${state}: ${code}`;
  return { name: 'worker', ok: state !== 'in trouble', detail };
}
