/** The double's own time: real time, moved on by `advance`. It never goes backwards. */
export interface DoubleClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Microseconds since 1970, each later than the one before: no two statements share an instant. */
  micros(): bigint;
  advance(ms: number): void;
}

export function doubleClock(): DoubleClock {
  let offset = 0;
  let last = 0n;
  const now = (): number => performance.timeOrigin + performance.now() + offset;
  return {
    now: () => Math.floor(now()),
    micros() {
      const next = BigInt(Math.floor(now() * 1000));
      last = next > last ? next : last + 1n;
      return last;
    },
    advance(ms) {
      if (!(ms >= 0)) throw new RangeError(`the clock never goes backwards: advance(${String(ms)})`);
      offset += ms;
    },
  };
}
