import PQueue from 'p-queue';
import type { Clock } from '../service.ts';

/** How many requests may start in any window of `interval` milliseconds, wherever the window begins. */
export interface Rate {
  readonly cap: number;
  readonly interval: number;
}

export interface BucketQueueOptions {
  readonly rate: Rate;
  readonly concurrency: number;
  readonly clock: Clock;
}

/** The line before one of HubSpot's rate limits. */
export class BucketQueue {
  #rate: Rate;
  #queue: PQueue;
  #concurrency: number;
  #started = 0;
  /** How many pauses are not over. */
  #pauses = 0;
  readonly #clock: Clock;
  readonly #closed = new AbortController();

  constructor(options: BucketQueueOptions) {
    this.#rate = options.rate;
    this.#concurrency = options.concurrency;
    this.#clock = options.clock;
    this.#queue = this.#newQueue();
    this.#watchClock();
  }

  get concurrency(): number {
    return this.#concurrency;
  }

  get isPaused(): boolean {
    return this.#pauses > 0;
  }

  get rate(): Rate {
    return this.#rate;
  }

  async run<T>(task: () => Promise<T>, signal: AbortSignal, priority = 0): Promise<T> {
    for (;;) {
      const queue = this.#queue;
      let started = false;
      const begin = (): Promise<T> => {
        started = true;
        this.#started += 1;
        return task();
      };
      try {
        return await queue.add(begin, { signal, priority });
      } catch (error) {
        // Thrown out of a queue that was replaced while this task waited: it lines up again in the new one.
        if (started || signal.aborted || queue === this.#queue) throw error;
      }
    }
  }

  /** Lets so many run at once, without changing the rate. */
  widen(concurrency: number): void {
    if (concurrency === this.#concurrency) return;
    this.#concurrency = concurrency;
    this.#queue.concurrency = concurrency;
  }

  /**
   * Another rate from now on, `max` being what HubSpot allows. Where all that ever started fits beside it, it holds at
   * once; else nothing starts until the last window is over.
   */
  replace(rate: Rate, max: number): void {
    if (rate.cap === this.#rate.cap && rate.interval === this.#rate.interval) return;
    const pause = this.#started + rate.cap <= max ? 0 : Math.max(rate.interval, this.#rate.interval);
    this.#rate = rate;
    this.#startOver(pause);
  }

  /**
   * Nothing starts for so long. Pauses overlap: the longest one counts. Each sleeps for itself, since no clock but the one
   * that it sleeps by could tell which ends last.
   */
  pause(ms: number): void {
    this.#queue.pause();
    this.#pauses += 1;
    void this.#end(this.#clock.sleep(ms, this.#closed.signal));
  }

  close(): void {
    this.#closed.abort(new Error('closed'));
    this.#queue.clear();
  }

  async #end(pause: Promise<void>): Promise<void> {
    try {
      await pause;
    } catch {
      // Closed: whoever waits has been sent away.
    }
    this.#pauses -= 1;
    if (this.#pauses === 0) this.#queue.start();
  }

  /**
   * p-queue measures its windows by the machine's date: were that put back by an hour, nothing would start for an hour.
   * After a jump, a new queue begins when the last window is surely over.
   */
  #watchClock(): void {
    const ahead = (): number => Date.now() - performance.now();
    let before = ahead();
    const look = (): void => {
      const jumped = Math.abs(ahead() - before) > 1_000;
      before = ahead();
      if (jumped) this.#startOver(this.#rate.interval);
    };
    const watch = setInterval(look, 1_000).unref();
    this.#closed.signal.addEventListener('abort', () => clearInterval(watch), { once: true });
  }

  #startOver(pause: number): void {
    const old = this.#queue;
    this.#queue = this.#newQueue();
    if (pause > 0) this.pause(pause);
    else if (this.isPaused) this.#queue.pause();
    old.clear();
  }

  #newQueue(): PQueue {
    const { cap, interval } = this.#rate;
    return new PQueue({ strict: true, intervalCap: cap, interval, concurrency: this.#concurrency });
  }
}
