import type { Clock } from '../service.ts';
import type { Bucket } from './api-request.ts';
import { BucketQueue, type Rate } from './bucket-queue.ts';

export interface Limits {
  /** Part of HubSpot's burst limit that Keyway takes; the rest is slack and for others with the same key. */
  readonly share: number;
  /** Of the 5 a second that the whole account has, other apps included. */
  readonly searchPerSecond: number;
  readonly associationsPerSecond: number;
  /** Requests in flight per bucket. */
  readonly concurrency: number;
  /** Part of the day's calls that is left to other apps. */
  readonly dailyReserve: number;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** One queue per limit of HubSpot's, kept within it by what its answers say. */
export interface Budget {
  run<T>(bucket: Bucket, task: () => Promise<T>, signal: AbortSignal, priority?: number): Promise<T>;
  pause(bucket: Bucket, ms: number): void;
  /** Learns from an answer's headers. */
  learn(bucket: Bucket, headers: Headers): void;
  /** Requests that may start per second. */
  rate(bucket: Bucket): number;
  close(): void;
}

export function openBudget(limits: Limits, clock: Clock): Budget {
  const { concurrency } = limits;
  const queues: Readonly<Record<Bucket, BucketQueue>> = {
    // The limit depends on the plan. Until the first answer tells, one request at a time.
    burst: new BucketQueue({ rate: unknownBurst, concurrency: 1, clock }),
    search: new BucketQueue({ rate: paced(limits.searchPerSecond), concurrency, clock }),
    associations: new BucketQueue({ rate: paced(limits.associationsPerSecond), concurrency, clock }),
  };
  return {
    run: (bucket, task, signal, priority) => queues[bucket].run(task, signal, priority),
    pause: (bucket, ms) => queues[bucket].pause(ms),
    learn: (bucket, headers) => {
      if (bucket === 'burst') learnBurst(queues.burst, headers, limits);
    },
    rate: (bucket) => (1000 * queues[bucket].rate.cap) / queues[bucket].rate.interval,
    close: () => Object.values(queues).forEach((queue) => queue.close()),
  };
}

/** Below the smallest plan's 100 in ten seconds. */
const unknownBurst: Rate = { cap: 80, interval: 10_000 };

function learnBurst(queue: BucketQueue, headers: Headers, limits: Limits): void {
  const { concurrency } = limits;
  const remaining = whole(headers[remainingHeader]);
  const max = whole(headers[maxHeader]);
  if (max !== undefined && max > 0) {
    const interval = whole(headers['x-hubspot-ratelimit-interval-milliseconds']) ?? unknownBurst.interval;
    const cap = Math.max(1, Math.floor(max * limits.share));
    queue.replace({ cap, interval: Math.max(interval, 1) }, max);
    // Alone, Keyway leaves its slack: less than half of it means that someone else with this key is at work, or was a
    // moment ago. And what is under way still has to fit in.
    const slack = max * (1 - limits.share);
    if (remaining === 0) queue.pause(interval);
    else if (remaining !== undefined && remaining < Math.max(slack / 2, concurrency)) {
      queue.pause(interval / 10);
    }
  }
  const room = Math.min(concurrency, Math.max(1, remaining ?? concurrency));
  // Answers come out of order: of those that come while it waits, the one with the least left is the latest.
  queue.widen(queue.isPaused ? Math.min(queue.concurrency, room) : room);
}

/** What an answer tells of the burst limit. */
export function burstIn(headers: Headers): { readonly left: number; readonly limit: number } | undefined {
  const [left, limit] = [whole(headers[remainingHeader]), whole(headers[maxHeader])];
  return left === undefined || limit === undefined || limit === 0 ? undefined : { left, limit };
}

const remainingHeader = 'x-hubspot-ratelimit-remaining';
const maxHeader = 'x-hubspot-ratelimit-max';

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/**
 * Evenly spaced starts rather than bursts: these limits are shared with other apps or counted by the second. The slack
 * keeps a late timer and an early next one from meeting in one window.
 */
function paced(perSecond: number): Rate {
  if (perSecond > 100) return { cap: Math.floor(perSecond / 10), interval: 100 };
  return { cap: 1, interval: Math.ceil(1000 / perSecond) + 5 };
}
