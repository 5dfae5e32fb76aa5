/** Time as everything in Keyway sees it: passed in, never taken from the system directly, so that tests can own it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Anything with a lifetime. Both methods may be called twice; `stop` may be called before `start`. */
export interface Service {
  start(): Promise<void>;
  stop(reason?: string): Promise<void>;
}

/** The machine's own clock. Waits are sliced because `setTimeout` beyond 2^31 ms fires at once. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    for (let left = ms; left > 0; left -= longestTimeout)
      await timeout(Math.min(left, longestTimeout), signal);
  },
};

const longestTimeout = 2 ** 31 - 1;

function timeout(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Structured log, one event a line: facts first, then a sentence. pino fits it. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
  /** A log that adds these facts to each line. */
  child(facts: object): Log;
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};
