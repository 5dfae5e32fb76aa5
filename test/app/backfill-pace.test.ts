import { expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openPacer, type Pacer } from '../../src/app/backfill-pace.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import type { WorkerEvent } from '../../src/app/worker-event.ts';
import type { BackfillCheckpoint } from '../../src/checkpoint.ts';
import { silentLog, type Clock } from '../../src/service.ts';
import { emptyFolder } from '../cli/run-keyway.ts';

const minute = 60_000;

interface Place {
  readonly pacer: Pacer;
  readonly events: WorkerEvent[];
  /** Milliseconds that it has rested. */
  readonly rested: () => number;
  readonly pass: (ms: number) => void;
}

/** `left`: the part of the account's day that is left. */
function place(share: string, makesWay: (rested: number) => boolean = () => false, left = 1): Place {
  let [now, rested] = [0, 0];
  const clock: Clock = {
    now: () => now,
    sleep(ms) {
      rested += ms;
      return Promise.resolve();
    },
  };
  const events: WorkerEvent[] = [];
  const env = { KEYWAY_BACKFILL__SHARE: share };
  const settings = readSettings({ env, cwd: emptyFolder(), known: knownNames });
  const signal = new AbortController().signal;
  const parts = {
    clock,
    log: silentLog,
    settings,
    signal,
    source: { usedUpUntil: (kept = 0) => (left <= kept ? 24 * 60 * minute : undefined) },
    onEvent: (event: WorkerEvent) => void events.push(event),
  };
  const pacer = openPacer(parts, { pipeline: 'contacts', begun: new Map() }, () => makesWay(rested));
  return { pacer, events, rested: () => rested, pass: (ms) => void (now += ms) };
}

const state: BackfillCheckpoint = {
  kind: 'backfill',
  startedAt: 1,
  phase: 'records',
  read: 1000,
  expected: 9000,
};

it('rests after a step for as long as its share demands', async () => {
  for (const [share, times] of [
    ['1', 0],
    ['0.5', 1],
    ['0.1', 9],
  ] as const) {
    const { pacer, rested } = place(share);
    const since = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await pacer.afterStep(state)).toBe(true);
    expect(rested()).toBeGreaterThanOrEqual(99 * times);
    expect(rested()).toBeLessThanOrEqual((performance.now() - since) * times);
  }
});

it('rests no longer than until it has to make way, nor at its end', async () => {
  const { pacer, rested } = place('0.01', (ms) => ms >= 3000);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await pacer.afterStep(state)).toBe(false);
  expect(rested()).toBe(3000);
  const last = place('0.01');
  await last.pacer.afterStep({ ...state, finishedAt: 5 });
  expect(last.rested()).toBe(0);
});

it('leaves to others what is not its share of the day', async () => {
  const goesOn = async (share: string, left: number): Promise<boolean> =>
    place(share, undefined, left).pacer.afterStep(state);
  expect([await goesOn('0.5', 0.53), await goesOn('0.5', 0.52)]).toEqual([true, false]);
  expect([await goesOn('1', 0.06), await goesOn('1', 0.05)]).toEqual([true, false]);
});

it('says when it will be through, by what this process has read and how long that took, rests included', async () => {
  const { pacer, events, pass } = place('1');
  await pacer.afterStep(state);
  pass(10 * minute);
  await pacer.afterStep({ ...state, read: 3000 });
  await pacer.afterStep({ ...state, read: 9500 });
  const ends = events.map((event) => (event.kind === 'backfill' ? event.endsAt : 0));
  expect(ends).toEqual([undefined, 40 * minute, undefined]);
});
