import type { Instant } from '../source.ts';
import { nextRun, type Schedule } from './next-run.ts';

export interface TimetableParts {
  readonly scheduleOf: (pipeline: string) => Schedule;
  /** Milliseconds by which every run comes later than its schedule says. */
  readonly delay: number;
  /** The pipelines that there are, each with when its last run began that did its work; nothing for one that never had one. */
  readonly done: ReadonlyMap<string, Instant | undefined>;
}

/** Which pipelines are due, and when the next one is. However many turns a pipeline has missed, it is due once. */
export interface Timetable {
  due(now: Instant): ReadonlySet<string>;
  /** When the next one is due; nothing where none ever is. */
  next(now: Instant): Instant | undefined;
  /** When this one is due: `-Infinity` where it never ran; nothing where it is not known, or never due. */
  turnOf(pipeline: string): Instant | undefined;
  knows(pipeline: string): boolean;
  /** These have had their turn in a run that began then. */
  hadTurn(pipelines: Iterable<string>, begunAt: Instant): void;
}

export function openTimetable({ scheduleOf, delay, done }: TimetableParts): Timetable {
  const turns = new Map<string, Turn>();
  const set = (pipeline: string, last: Instant | undefined): void => {
    const schedule = scheduleOf(pipeline);
    const next = last === undefined ? -Infinity : nextRun(schedule, last - delay);
    turns.set(pipeline, { last, next: next === undefined ? undefined : next + delay });
  };
  /** A turn that is still to come was had on a clock that has been put back since: no pipeline waits for that day again. */
  const putBack = (now: Instant): void => {
    for (const [pipeline, { last }] of turns) if (last !== undefined && last > now) set(pipeline, now);
  };
  for (const [pipeline, last] of done) set(pipeline, last);
  return {
    due(now) {
      putBack(now);
      const isDue = ([, { next }]: [string, Turn]): boolean => next !== undefined && next <= now;
      return new Set([...turns].filter(isDue).map(([pipeline]) => pipeline));
    },
    next(now) {
      putBack(now);
      const all = [...turns.values()].flatMap(({ next }) => next ?? []);
      return all.length === 0 ? undefined : Math.min(...all);
    },
    turnOf: (pipeline) => turns.get(pipeline)?.next,
    knows: (pipeline) => turns.has(pipeline),
    hadTurn(pipelines, begunAt) {
      for (const pipeline of pipelines) set(pipeline, begunAt);
    },
  };
}

interface Turn {
  readonly last: Instant | undefined;
  readonly next: Instant | undefined;
}
