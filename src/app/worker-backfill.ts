import { backfillName } from '../backfill.ts';
import type { PipelineRun } from '../run.ts';
import type { Instant } from '../source.ts';
import type { StoredCheckpoint } from '../warehouse.ts';
import type { Meanwhile } from '../worker/index.ts';
import { backfill, backfilledObjects, type BackfillAsked } from './backfill.ts';
import { openPacer, restsUntil, type Begun, type Pacer } from './backfill-pace.ts';
import { selectPipelines, syncedCustom } from './select-pipelines.ts';
import type { TurnParts, Work, WorkerTurn } from './worker-turn.ts';

/** What a worker is to backfill beside its schedules. */
export type WorkerBackfill = Pick<BackfillAsked, 'pipelines' | 'backfill'>;

/**
 * A backfill between the runs of a worker, object after object, each in runs that end after the step in which something falls due.
 * What is finished by such a request stays finished, in whichever process: a worker that is started again with the same flags
 * goes on where it was, or does nothing. What fails is tried again later.
 */
export function openWorkerBackfill(
  parts: TurnParts,
  asked: WorkerBackfill,
  turn: (work: Work) => Promise<WorkerTurn>,
): Meanwhile {
  const { clock, warehouse, log } = parts;
  const open = openList(parts, asked);
  const waits = new Map<string, Wait>();
  const begun = new Map<string, Begun>();
  let next: Instant | undefined = clock.now();
  let restedUntil: Instant | undefined;
  return {
    next: () => next,
    async goOn(makesWay) {
      const now = clock.now();
      const until = (name: string): Instant => waits.get(name)?.until ?? now;
      const { left, loaded } = open(await warehouse.checkpoints());
      const name = loaded.toSorted((a, b) => until(a) - until(b))[0];
      next = left.length === 0 ? undefined : name === undefined ? now + longestWait : until(name);
      if (name === undefined || until(name) > now) return undefined;
      const day = restsUntil(parts);
      if (day !== undefined) {
        if (day !== restedUntil) log.info({ pipeline: name, until: new Date(day).toISOString() }, rests);
        next = restedUntil = day;
        return undefined;
      }
      const pacer = openPacer(parts, { pipeline: name, begun }, makesWay);
      const { runs, pause } = await turn((runner, onProgress) => {
        const request = { pipelines: [name], backfill: asked.backfill, onProgress };
        const as = { ...parts, command: `worker --backfill ${name}` };
        return backfill(as, { ...request, onStep: (state) => pacer.afterStep(state) }, runner);
      });
      if (wentOn(runs, pacer)) waits.delete(name);
      else waits.set(name, longer(waits.get(name), clock.now()));
      return pause;
    },
  };
}

interface Unfinished {
  readonly left: readonly string[];
  /** Of these, the ones that can be backfilled by now. */
  readonly loaded: readonly string[];
}

/** The objects that are not finished. Tells, once, of each that is. */
function openList(
  { settings, log }: TurnParts,
  { pipelines, backfill: request }: WorkerBackfill,
): (stored: Stored) => Unfinished {
  const told = new Set<string>();
  return (stored) => {
    const custom = syncedCustom([...stored.keys()]);
    const selection = selectPipelines(settings, pipelines, { custom });
    const left: string[] = [];
    for (const { name } of backfilledObjects(pipelines, selection.pipelines)) {
      const state = stored.get(backfillName(name, request))?.checkpoint;
      const finishedAt = state?.kind === 'backfill' ? state.finishedAt : undefined;
      if (finishedAt === undefined) left.push(name);
      else if (!told.has(name)) {
        log.info({ pipeline: name, finishedAt: new Date(finishedAt).toISOString() }, finished);
        told.add(name);
      }
    }
    return { left, loaded: left.filter((name) => stored.get(name)?.checkpoint?.kind === 'live') };
  };
}

type Stored = ReadonlyMap<string, StoredCheckpoint>;

interface Wait {
  readonly until: Instant;
  /** Milliseconds. */
  readonly lasts: number;
}

function longer(before: Wait | undefined, now: Instant): Wait {
  const lasts = Math.min(longestWait, (before?.lasts ?? shortestWait / 2) * 2);
  return { lasts, until: now + lasts };
}

/** One that made way at its first step has done its part, whatever its run was cut short for. */
function wentOn(runs: readonly PipelineRun[], pacer: Pacer): boolean {
  return pacer.steps() > 0 && runs.every(({ outcome }) => outcome === 'complete' || outcome === 'partial');
}

const shortestWait = 60_000;
const longestWait = 3_600_000;
const rests = "the backfill has had its share of the account's calls of the day, and rests";
const finished = 'the backfill is finished; sync --backfill reads once more';
