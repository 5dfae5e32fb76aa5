import { asKeywayError } from '../errors.ts';
import type { Clock } from '../service.ts';

/** The last answer to a costly question. */
export interface KeptAnswer<T> {
  /** Asks anew where the last answer is too old: one question at a time, whoever asks. Never throws. */
  get(): Promise<Kept<T>>;
  /** The next one who asks gets a new answer. */
  outdate(): void;
}

export interface Kept<T> {
  /** Absent: there was none yet. */
  readonly value?: T;
  /** Why there is no newer one, for people. */
  readonly problem?: string;
}

export interface Keeping {
  readonly clock: Clock;
  /** Milliseconds for which an answer holds. */
  readonly lasts: () => number;
  /** Milliseconds after which whoever waits for a new answer is given the last one. */
  readonly patience: number;
  /** Milliseconds after which one that does not come is a problem. */
  readonly deadline: number;
}

export function keepAnswer<T>(
  ask: () => Promise<T>,
  { clock, lasts, patience, deadline }: Keeping,
): KeptAnswer<T> {
  let kept: Kept<T> = {};
  let askedAt = -Infinity;
  let pendingSince = 0;
  // Asking takes a tenth of the time at most.
  let took = 0;
  let asking: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    pendingSince = askedAt = clock.now();
    try {
      kept = { value: await ask() };
      took = clock.now() - pendingSince;
    } catch (error) {
      kept = { ...kept, problem: asKeywayError(error).message };
    }
    asking = undefined;
  };
  return {
    async get() {
      const age = clock.now() - askedAt;
      // A clock that was put back must not keep an old answer.
      if (age >= (kept.problem === undefined ? Math.max(lasts(), 10 * took) : retry) || age < 0)
        asking ??= renew();
      if (asking === undefined) return kept;
      const enough = new AbortController();
      const late = clock.sleep(patience, enough.signal).then(
        () => true,
        () => false,
      );
      const isLate = await Promise.race([asking.then(() => false), late]);
      enough.abort();
      return isLate && clock.now() - pendingSince >= deadline ? { ...kept, problem: slow } : kept;
    },
    outdate: () => void (askedAt = -Infinity),
  };
}

/** Milliseconds. */
const retry = 5000;
const slow = 'It has been asked, and has not answered yet.';
