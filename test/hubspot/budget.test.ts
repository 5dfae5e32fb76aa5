import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openBudget, type Budget, type Limits } from '../../src/hubspot/budget.ts';
import type { Bucket } from '../../src/hubspot/api-request.ts';
import { systemClock, type Clock } from '../../src/service.ts';
import { never } from './open-test-hubspot.ts';

const limits: Limits = {
  share: 0.85,
  searchPerSecond: 3.5,
  associationsPerSecond: 10,
  concurrency: 8,
  dailyReserve: 0.05,
};

// A virtual clock under the queue: time passes only when the test lets it.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const headers = (max: number, remaining = max) => ({
  'x-hubspot-ratelimit-max': String(max),
  'x-hubspot-ratelimit-remaining': String(remaining),
  'x-hubspot-ratelimit-interval-milliseconds': '10000',
});

interface Run {
  readonly budget: Budget;
  readonly starts: number[];
  /** Lines up so many requests, each taking `ms` and answered with these headers. */
  ask(
    bucket: Bucket,
    count: number,
    options: { ms: number; max?: (nth: number) => number | undefined },
  ): void;
}

function open(): Run {
  const budget = openBudget(limits, systemClock);
  const starts: number[] = [];
  const ask: Run['ask'] = (bucket, count, { ms, max }) => {
    for (let n = 0; n < count; n += 1) {
      const task = async (): Promise<void> => {
        starts.push(Date.now());
        const nth = starts.length;
        await new Promise((resolve) => void setTimeout(resolve, ms));
        const told = max?.(nth);
        budget.learn(bucket, told === undefined ? {} : headers(told));
      };
      void budget.run(bucket, task, never);
    }
  };
  return { budget, starts, ask };
}

function busiest(starts: readonly number[], window: number): number {
  return Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + window).length));
}

test('the first request runs alone, and its answer sets the pace', async () => {
  const run = open();
  const { starts } = run;
  run.ask('burst', 400, { ms: 100, max: () => 190 });
  await vi.advanceTimersByTimeAsync(99);
  expect(starts).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(9_800);
  expect(starts).toHaveLength(162);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(starts).toHaveLength(400);
});

test('no ten seconds ever hold more requests than HubSpot allows, whatever it allows and whenever it changes', async () => {
  const changes = fc.array(fc.constantFrom(100, 110, 190, 250, undefined), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(changes, fc.constantFrom(1, 50, 400), async (maxima, ms) => {
      const run = open();
      const { budget, starts } = run;
      const lowest = Math.min(100, ...maxima.map((max) => max ?? 100));
      run.ask('burst', 600, { ms, max: (nth) => maxima[Math.floor(nth / 150) % maxima.length] });
      await vi.advanceTimersByTimeAsync(200_000);
      expect(starts.length).toBe(600);
      const highest = Math.max(...maxima.map((max) => max ?? 100));
      expect(busiest(starts, 10_000)).toBeLessThanOrEqual(
        maxima.length === 1 ? (maxima[0] ?? lowest) : highest,
      );
      budget.close();
    }),
    { numRuns: 20 },
  );
});

test('after a lower limit is learnt, the next ten seconds keep to the lower one', async () => {
  const run = open();
  const { starts } = run;
  run.ask('burst', 500, { ms: 10, max: (nth) => (nth <= 300 ? 250 : 100) });
  await vi.advanceTimersByTimeAsync(120_000);
  const learnt = starts[301 + limits.concurrency] ?? 0;
  expect(
    busiest(
      starts.filter((at) => at > learnt),
      10_000,
    ),
  ).toBeLessThanOrEqual(85);
});

test('search never starts more than four requests in any second', async () => {
  const run = open();
  const { starts } = run;
  run.ask('search', 100, { ms: 5 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(starts).toHaveLength(100);
  expect(busiest(starts, 1000)).toBeLessThanOrEqual(4);
});

test('associations never start more than the smallest plan allows in any ten seconds', async () => {
  const run = open();
  const { starts } = run;
  run.ask('associations', 400, { ms: 5 });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(starts).toHaveLength(400);
  expect(busiest(starts, 10_000)).toBeLessThanOrEqual(100);
});

test('the three limits do not hold up each other', async () => {
  const run = open();
  const { budget, starts } = run;
  budget.pause('search', 60_000);
  run.ask('search', 1, { ms: 1 });
  run.ask('associations', 1, { ms: 1 });
  run.ask('burst', 1, { ms: 1, max: () => 190 });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(starts).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(2000);
  expect(starts).toHaveLength(3);
});

test('a pause holds for everybody, and the longest of several counts', async () => {
  const run = open();
  const { budget, starts } = run;
  budget.pause('burst', 1000);
  budget.pause('burst', 5000);
  budget.pause('burst', 2000);
  run.ask('burst', 10, { ms: 1, max: () => 190 });
  await vi.advanceTimersByTimeAsync(4999);
  expect(starts).toEqual([]);
  await vi.advanceTimersByTimeAsync(100);
  expect(starts).toHaveLength(10);
});

test('a pause ends by the clock that it sleeps by, even when another began before it', async () => {
  // Ten times as fast as the machine's.
  const fast: Clock = {
    now: () => 10 * Date.now(),
    sleep: (ms, signal) => systemClock.sleep(ms / 10, signal),
  };
  const budget = openBudget(limits, fast);
  const start = vi.fn(() => Promise.resolve());
  budget.pause('burst', 3000);
  void budget.run('burst', start, never);
  await vi.advanceTimersByTimeAsync(200);
  budget.pause('burst', 10_000);
  await vi.advanceTimersByTimeAsync(999);
  expect(start).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2);
  expect(start).toHaveBeenCalledOnce();
  budget.close();
});

test('when others with the same key use up the limit, Keyway slows down', async () => {
  const run = open();
  const { budget, starts } = run;
  run.ask('burst', 1, { ms: 1, max: () => 190 });
  await vi.advanceTimersByTimeAsync(10);
  budget.learn('burst', headers(190, 3));
  run.ask('burst', 1, { ms: 1 });
  await vi.advanceTimersByTimeAsync(900);
  expect(starts).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(starts).toHaveLength(2);
});

test('when little of the limit is left, no more is under way than fits in', async () => {
  const run = open();
  const { budget } = run;
  run.ask('burst', 1, { ms: 1, max: () => 100 });
  await vi.advanceTimersByTimeAsync(10);
  let underWay = 0;
  let most = 0;
  const slow = async (): Promise<void> => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 200));
    underWay--;
  };
  budget.learn('burst', headers(100, 3));
  // An answer that was made before, and was longer on its way.
  budget.learn('burst', headers(100, 9));
  for (let n = 0; n < 20; n += 1) void budget.run('burst', slow, never);
  await vi.advanceTimersByTimeAsync(1600);
  expect(most).toBe(3);
  budget.learn('burst', headers(100, 0));
  await vi.advanceTimersByTimeAsync(300);
  most = 0;
  await vi.advanceTimersByTimeAsync(9500);
  expect(most).toBe(0);
  await vi.advanceTimersByTimeAsync(600);
  expect(most).toBe(1);
  budget.learn('burst', headers(100, 90));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(most).toBeGreaterThan(3);
  budget.close();
});

test.each([-31_536_000_000, -3_600_000, 3_600_000])(
  'a machine’s clock that jumps by %i ms holds nothing up, and breaks no limit',
  async (jump) => {
    const run = open();
    const { budget } = run;
    const starts: number[] = [];
    const note = (): Promise<number> => Promise.resolve(starts.push(performance.now()));
    run.ask('burst', 1, { ms: 1, max: () => 190 });
    await vi.advanceTimersByTimeAsync(20_000);
    for (let n = 0; n < 200; n += 1) void budget.run('burst', note, never);
    run.ask('search', 10, { ms: 1 });
    await vi.advanceTimersByTimeAsync(300);
    budget.pause('search', 5_000);
    vi.setSystemTime(Date.now() + jump);
    budget.pause('search', 6_000);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(starts).toHaveLength(200);
    expect(busiest(starts, 10_000)).toBeLessThanOrEqual(190);
    expect(run.starts).toHaveLength(11);
    budget.close();
  },
);

test('a request that waits in line leaves it at once when it is aborted', async () => {
  const { budget } = open();
  const stop = new AbortController();
  budget.pause('burst', 60_000);
  const waiting = budget.run('burst', () => Promise.resolve(1), stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});
