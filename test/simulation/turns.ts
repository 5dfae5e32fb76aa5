import { createHash } from 'node:crypto';
import type { Clock } from '../../src/service.ts';
import { randomFrom } from './random.ts';

/**
 * Of all that waits to happen, one thing happens at a time, and the seed says which. So a life goes the same way each
 * time it is played; and requests, answers and commits overtake each other in every way that they can.
 */
export interface Turns {
  /** Waits for its turn; then `act` happens, and nothing else until that is over. */
  take<Result>(what: string, act: () => Result | Promise<Result>): Promise<Result>;
  /** Adds to the history what has come of a turn. */
  note(what: string): void;
  /** Sleepers wake when nothing else is left to happen: then time passes. */
  readonly clock: Clock;
  /** Tells one history of turns from another. */
  digest(): string;
}

interface Time {
  now(): number;
  advance(ms: number): void;
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export function openTurns(seed: number, time: Time): Turns {
  const random = randomFrom(seed);
  const history = createHash('sha1');
  const waiting: (() => Promise<void>)[] = [];
  const sleeping = new Set<Sleeper>();
  let going = false;

  async function go(): Promise<void> {
    for (;;) {
      // By then, all that follows from the last turn by itself has followed.
      await new Promise((resolve) => setImmediate(resolve));
      const [turn] = waiting.splice(Math.floor(random() * waiting.length), 1);
      if (turn !== undefined) await turn();
      else if (!wakeNext()) break;
    }
    going = false;
  }
  function wakeNext(): boolean {
    const [next] = [...sleeping].sort((a, b) => a.until - b.until);
    if (next === undefined) return false;
    time.advance(Math.max(0, Math.ceil(next.until - time.now())));
    next.wake();
    return true;
  }
  function begin(): void {
    if (going) return;
    going = true;
    void go();
  }
  return {
    take(what, act) {
      const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof act>>>();
      waiting.push(async () => {
        history.update(`${what}\n`);
        try {
          resolve(await act());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      begin();
      return promise;
    },
    note: (what) => void history.update(`${what}\n`),
    clock: {
      now: () => time.now(),
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          signal?.throwIfAborted();
          const leave = (): void => {
            sleeping.delete(sleeper);
            signal?.removeEventListener('abort', stop);
          };
          const stop = (): void => {
            leave();
            reject(signal?.reason as Error);
          };
          const sleeper = {
            until: time.now() + ms,
            wake: () => {
              leave();
              resolve();
            },
          };
          sleeping.add(sleeper);
          signal?.addEventListener('abort', stop);
          begin();
        }),
    },
    digest: () => history.copy().digest('hex'),
  };
}
