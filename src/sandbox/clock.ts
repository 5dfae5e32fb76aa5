import { systemClock, type Clock } from '../service.ts';

/** The account's own time. It never goes backwards; every timestamp and the `Date` header come from it. */
export interface VirtualClock extends Clock {
  /** Moves the time forward and returns the new instant. */
  advance(ms: number): number;
}

/**
 * `speed` 0 stands still until advanced, 1 follows real time, n runs n times as fast. On a clock that stands still,
 * `sleep` moves the time itself, and sleepers that overlap share the move instead of adding theirs up.
 */
export function virtualClock(startAt: number, speed: number): VirtualClock {
  let base = startAt;
  let origin = performance.now();
  const now = (): number => base + (speed === 0 ? 0 : Math.floor((performance.now() - origin) * speed));
  return {
    now,
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`the clock never goes backwards: advance(${String(ms)})`);
      base = now() + ms;
      origin = performance.now();
      return base;
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      const wake = now() + ms;
      if (speed === 0) await new Promise((resolve) => setImmediate(resolve));
      else await systemClock.sleep(ms / speed, signal);
      signal?.throwIfAborted();
      base = Math.max(base, speed === 0 ? wake : base);
    },
  };
}
