import type { SandboxOptions } from '../options.ts';
import type { ViolationRule } from '../violations.ts';
import { Refusal } from './refusal.ts';

/** Which limits a route draws on. Search and associations are exempt from the ten-second one. */
export type LimitKind = 'burst' | 'search' | 'associations' | 'none';

/** How much of the limits is used up. */
export interface Usage {
  /** Counts a request or refuses it. */
  take(kind: LimitKind, key: string): void;
  /** The headers that tell a client where it stands. */
  headers(kind: LimitKind, key: string): Record<string, string>;
  daily(): { readonly used: number; readonly limit: number; readonly resetsAt: number };
}

export function openUsage(options: SandboxOptions, virtualNow: () => number): Usage {
  const now = options.limitClock === 'virtual' ? virtualNow : () => performance.now();
  const { limits } = options;
  const windows = new Map<string, Window>();
  const windowOf = (kind: LimitKind, key: string): Window => {
    const name = kind === 'search' ? 'search' : `${kind} ${key}`;
    const window = windows.get(name) ?? newWindow(kind === 'search' ? 1000 : 10_000, now);
    windows.set(name, window);
    return window;
  };
  const day = dailyCounter(options.timeZone, virtualNow);
  return {
    take(kind, key) {
      if (kind === 'none') return;
      if (day.used() >= limits.daily) throw limited(options, 'daily');
      if (!windowOf(kind, key).take(limits[kind])) throw limited(options, kind);
      day.add();
    },
    headers(kind, key) {
      const daily = {
        'X-HubSpot-RateLimit-Daily': String(limits.daily),
        'X-HubSpot-RateLimit-Daily-Remaining': String(Math.max(0, limits.daily - day.used())),
      };
      if (kind === 'search') return options.unknowns.searchHeaders === 'daily' ? daily : {};
      const max = kind === 'associations' ? limits.associations : limits.burst;
      const left = Math.max(0, max - windowOf(kind, key).used());
      return {
        'X-HubSpot-RateLimit-Max': String(max),
        'X-HubSpot-RateLimit-Remaining': String(left),
        'X-HubSpot-RateLimit-Interval-Milliseconds': '10000',
        'X-HubSpot-RateLimit-Secondly': String(Math.floor(max / 10)),
        'X-HubSpot-RateLimit-Secondly-Remaining': String(
          Math.min(left, Math.max(0, Math.floor(max / 10) - 1)),
        ),
        ...daily,
      };
    },
    daily: () => ({ used: day.used(), limit: limits.daily, resetsAt: day.resetsAt() }),
  };
}

interface Window {
  take(limit: number): boolean;
  used(): number;
}

/** A rolling window. A refused request does not count. */
function newWindow(length: number, now: () => number): Window {
  let times: number[] = [];
  let head = 0;
  const drop = (): void => {
    while (head < times.length && (times[head] ?? 0) <= now() - length) head += 1;
    if (head < 10_000) return;
    times = times.slice(head);
    head = 0;
  };
  return {
    take(limit) {
      drop();
      if (times.length - head >= limit) return false;
      times.push(now());
      return true;
    },
    used() {
      drop();
      return times.length - head;
    },
  };
}

interface DailyCounter {
  add(): void;
  used(): number;
  resetsAt(): number;
}

/** "HubSpot docs, API usage guidelines": the day ends at midnight in the account's time zone. */
function dailyCounter(timeZone: string, now: () => number): DailyCounter {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  const hours = new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium', hourCycle: 'h23' });
  let used = 0;
  let today = '';
  let until = 0;
  const nextMidnight = (): number => {
    const [h = 0, m = 0, s = 0] = hours.format(now()).split(':').map(Number);
    return now() - (now() % 1000) + (86_400 - h * 3600 - m * 60 - s) * 1000;
  };
  const roll = (): void => {
    if (now() < until) return;
    const date = format.format(now());
    if (date !== today) used = 0;
    today = date;
    until = nextMidnight();
  };
  return {
    add() {
      roll();
      used += 1;
    },
    used() {
      roll();
      return used;
    },
    resetsAt() {
      roll();
      return until;
    },
  };
}

/** The three wordings of 429. */
export function limited(
  options: Pick<SandboxOptions, 'retryAfter' | 'portalId'>,
  kind: Exclude<LimitKind, 'none'> | 'daily',
): Refusal {
  const body = bodies[kind](options.portalId);
  const headers = options.retryAfter ? { 'Retry-After': kind === 'search' ? '1' : '10' } : undefined;
  const rule: ViolationRule = `${kind} limit`;
  return new Refusal(429, { status: 'error', ...body }, headers === undefined ? { rule } : { rule, headers });
}

const rolling = (portalId: number): Record<string, string> => ({
  message: 'You have reached your ten_secondly_rolling limit.',
  errorType: 'RATE_LIMIT',
  policyName: 'TEN_SECONDLY_ROLLING',
  groupName: `publicapi:private-apps-api-calls-ten-secondly:${String(portalId)}`,
});

const bodies = {
  burst: rolling,
  associations: rolling,
  search: () => ({ message: 'You have reached your secondly limit.', category: 'RATE_LIMITS' }),
  daily: () => ({
    message: 'You have reached your daily limit.',
    errorType: 'RATE_LIMIT',
    policyName: 'DAILY',
    requestId: '00000000-0000-4000-8000-000000000000',
  }),
} as const;
