import type { Clock } from '../service.ts';
import type { Instant } from '../source.ts';
import type { Timetable } from './timetable.ts';

export interface WorkParts {
  readonly clock: Clock;
  readonly timetable: Timetable;
  /** One run of those that are due, and of pipelines that the timetable does not know yet. Throws only what ends the work. */
  readonly run: (isDue: (pipeline: string) => boolean) => Promise<Turn>;
  /** What is done while nothing is due. */
  readonly meanwhile?: Meanwhile;
  /** Says when the next run is. */
  readonly onIdle: (next: Instant | undefined) => void;
  /** Ends the work between two runs; the run under way has a signal of its own. */
  readonly stop: AbortSignal;
}

/** What came of a run. */
export interface Turn {
  /** Its pipelines; where there is a pause, those among them that need no other run after it. */
  readonly ran: readonly string[];
  /** No run came about: what was due is still due, after a while. */
  readonly failed?: boolean;
  /** Why there is no use in another run for now. Without one, whatever was due has had its turn. */
  readonly pause?: Pause;
}

export interface Pause {
  readonly until: Instant;
  /** Whether it is over before that. Asked every few seconds. */
  readonly isOver: () => boolean;
}

/** Something long that is in no hurry, and makes way for whatever is due, after a step of some seconds at most. It is given one between any two runs. */
export interface Meanwhile {
  /** When it can go on; nothing where nothing of it is left. */
  next(): Instant | undefined;
  /** Goes on with it until it has to make way, which it asks every few seconds. Throws only what ends the work. */
  goOn(makesWay: () => boolean): Promise<Pause | undefined>;
}

/** Runs what is due, one run at a time, until it is stopped. Resolves then; throws what a run throws. */
export async function work({ clock, timetable, run, meanwhile, onIdle, stop }: WorkParts): Promise<void> {
  let told: Instant | undefined | null = null;
  const isDue = (): boolean => timetable.due(clock.now()).size > 0;
  // Where a run takes longer than its schedule allows, something is always due.
  let isOwed = false;
  let failures = 0;
  while (!stop.aborted) {
    const now = clock.now();
    const due = timetable.due(now);
    const other = meanwhile?.next() ?? Infinity;
    const isFree = due.size === 0;
    if (isFree && other > now) {
      const next = timetable.next(now);
      if (next !== told) onIdle(next);
      told = next;
      await nap(clock, Math.min(longestNap, (next ?? Infinity) - now, other - now), stop);
      continue;
    }
    told = null;
    let pause: Pause | undefined;
    if ((isFree || isOwed) && other <= now) {
      isOwed = false;
      pause = await meanwhile?.goOn(() => stop.aborted || isDue());
    } else {
      isOwed = true;
      const turn = await run((pipeline) => due.has(pipeline) || !timetable.knows(pipeline));
      failures = turn.failed === true ? failures + 1 : 0;
      pause = turn.pause ?? (failures > 0 ? aWhile(clock, failures) : undefined);
      timetable.hadTurn(pause === undefined ? new Set([...due, ...turn.ran]) : turn.ran, now);
    }
    if (pause !== undefined) await paused(clock, pause, stop);
  }
}

/** Longer each time: a nightly that did not come about need not wait for the next night. */
function aWhile(clock: Clock, failures: number): Pause {
  const wait = Math.min(longestWait, shortestWait * 2 ** (failures - 1));
  return { until: clock.now() + wait, isOver: () => false };
}

async function paused(clock: Clock, { until, isOver }: Pause, stop: AbortSignal): Promise<void> {
  const since = clock.now();
  // A clock that is put back must not make it longer by as much.
  while (!stop.aborted && clock.now() < until && clock.now() >= since && !isOver())
    await nap(clock, Math.min(lookEvery, until - clock.now()), stop);
}

/** Being woken is no failure. */
async function nap(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
  await clock.sleep(ms, stop).catch((error: unknown) => {
    if (!stop.aborted) throw error;
  });
}

/** Milliseconds after which a run that did not come about is tried again. */
const shortestWait = 60_000;
const longestWait = 300_000;
/** Milliseconds: as late as that it notices that the clock has jumped. */
const longestNap = 30_000;
/** Milliseconds between two looks at whether a pause is over. */
const lookEvery = 5000;
