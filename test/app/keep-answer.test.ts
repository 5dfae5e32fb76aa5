import { describe, expect, it } from 'vitest';
import { keepAnswer } from '../../src/app/keep-answer.ts';
import { dayReport } from '../../src/app/day-report.ts';
import { KeywayError } from '../../src/errors.ts';
import type { Clock } from '../../src/service.ts';

/** A clock that stands still until it is moved; whoever sleeps wakes then. */
function stillClock(): Clock & { advance(milliseconds: number): void } {
  let now = 0;
  const sleepers = new Set<() => void>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const until = now + ms;
        const look = (): void => void (now >= until && (sleepers.delete(look), resolve()));
        signal?.addEventListener('abort', () => (sleepers.delete(look), reject(signal.reason as Error)));
        sleepers.add(look);
        look();
      }),
    advance(milliseconds) {
      now += milliseconds;
      for (const look of sleepers) look();
    },
  };
}

describe('an answer that is kept', () => {
  it('is asked for once however many look, and again only when it is too old or out of date', async () => {
    const clock = stillClock();
    let asked = 0;
    const kept = keepAnswer(() => Promise.resolve((asked += 1)), {
      clock,
      lasts: () => 100,
      patience: 10,
      deadline: 30,
    });
    const many = await Promise.all(Array.from({ length: 1000 }, () => kept.get()));
    expect([asked, new Set(many.map(({ value }) => value))]).toEqual([1, new Set([1])]);
    clock.advance(99);
    expect(await kept.get()).toEqual({ value: 1 });
    clock.advance(1);
    expect(await kept.get()).toEqual({ value: 2 });
    kept.outdate();
    expect(await kept.get()).toEqual({ value: 3 });
    // A clock that is put back does not keep it for ever.
    clock.advance(-1000);
    expect(await kept.get()).toEqual({ value: 4 });
  });

  it('is the last one while a new one does not come, and nobody waits longer than they have to', async () => {
    const clock = stillClock();
    const answers: ((value: number) => void)[] = [];
    const kept = keepAnswer(() => new Promise<number>((resolve) => answers.push(resolve)), {
      clock,
      lasts: () => 100,
      patience: 10,
      deadline: 30,
    });
    const first = kept.get();
    clock.advance(10);
    expect(await first).toEqual({});
    answers[0]?.(1);
    expect(await kept.get()).toEqual({ value: 1 });
    clock.advance(100);
    const second = kept.get();
    clock.advance(10);
    expect(await second).toEqual({ value: 1 });
    const third = kept.get();
    clock.advance(20);
    // By then it is no matter of patience any more.
    expect(await third).toEqual({ value: 1, problem: 'It has been asked, and has not answered yet.' });
    expect(answers).toHaveLength(2);
    answers[1]?.(2);
    expect(await kept.get()).toEqual({ value: 2 });
  });

  it('that took long to find is asked for less often', async () => {
    const clock = stillClock();
    let asked = 0;
    const ask = async (): Promise<void> => {
      asked += 1;
      await clock.sleep(50);
    };
    const kept = keepAnswer(ask, { clock, lasts: () => 100, patience: 60, deadline: 60 });
    const first = kept.get();
    clock.advance(50);
    await first;
    clock.advance(449);
    await kept.get();
    expect(asked).toBe(1);
    clock.advance(1);
    const second = kept.get();
    clock.advance(50);
    await second;
    expect(asked).toBe(2);
  });

  it('says why there is no newer one, and asks again soon', async () => {
    const clock = stillClock();
    const outcomes = [() => 1, fails, fails, () => 2];
    const kept = keepAnswer(async () => outcomes.shift()?.(), {
      clock,
      lasts: () => 60_000,
      patience: 10,
      deadline: 30,
    });
    expect(await kept.get()).toEqual({ value: 1 });
    clock.advance(60_000);
    expect(await kept.get()).toEqual({ value: 1, problem: 'Gone.' });
    clock.advance(4999);
    expect(outcomes).toHaveLength(2);
    clock.advance(1);
    expect(await kept.get()).toEqual({ value: 1, problem: 'Gone.' });
    clock.advance(5000);
    expect(await kept.get()).toEqual({ value: 2 });
  });
});

function fails(): never {
  throw new KeywayError('warehouse_unavailable', 'Gone.');
}

describe('the calls of a day', () => {
  it('fall into the hours in which they were made, and none is lost', () => {
    const hour = 3_600_000;
    const now = Date.parse('2026-11-28T22:30:00Z');
    const runs = [
      { runId: 'a', calls: 90, firstAt: now - 2 * hour, lastAt: now - hour / 2 },
      { runId: 'b', calls: 7, firstAt: now - 5, lastAt: now - 5, day: { limit: 9, left: 3, at: now - 5 } },
      { runId: 'c', calls: 7, firstAt: now - 9, lastAt: now - 9, day: { limit: 9, left: 4, at: now - 9 } },
    ];
    const report = dayReport(runs, now);
    expect(report.hours).toHaveLength(24);
    expect(report.hours.slice(-3).map(({ calls }) => calls)).toEqual([30, 60, 14]);
    expect(report.hours.at(-1)?.from).toBe(Date.parse('2026-11-28T22:00:00Z'));
    expect([report.calls, report.account]).toEqual([104, { limit: 9, left: 3, at: now - 5 }]);
    expect(dayReport([], now)).toMatchObject({ calls: 0 });
  });
});
