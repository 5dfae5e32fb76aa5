import type { DayOfCalls, Pace } from '../cost.ts';
import type { Clock } from '../service.ts';
import type { Instant } from '../source.ts';
import type { Bucket } from './api-request.ts';
import { dailyLimit } from './daily-limit.ts';
import { nextMidnight } from './next-midnight.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** Keeps the last part of a day's calls for other apps: these limits belong to the account, not to the key. */
export interface DayCounter {
  /** Throws `daily_limit` when only the reserve is left. */
  check(bucket: Bucket): void;
  learn(bucket: Bucket, headers: Headers, now: Instant): void;
  /** What HubSpot says when it is asked: believed as long as no answer has told by itself. */
  hint(day: DayOfCalls, now: Instant): void;
  /** Of all calls but those to associations, as HubSpot has last told. */
  today(): Pace['day'];
  /**
   * When the account has calls again, on our clock; nothing while it has some. `kept`: the part of a day's that is not to be touched;
   * what is left to other apps unless told.
   */
  usedUpUntil(kept?: number): Instant | undefined;
  /** Of the account: its midnight ends a day. UTC until it is known. */
  timeZone: string | undefined;
}

export function openDayCounter(reserve: number, clock: Clock): DayCounter {
  const days = new Map<string, Day>();
  const isUsedUp = ({ left, limit }: Day, kept = reserve): boolean => left <= Math.floor(limit * kept);
  const counter: DayCounter = {
    timeZone: undefined,
    check(bucket) {
      for (const name of bucket === 'associations' ? [account, associations, ownCount] : [account]) {
        const day = days.get(name);
        if (day === undefined || !isUsedUp(day)) continue;
        if (clock.now() >= day.endsAt) days.delete(name);
        else throw dailyLimit(day.seenAt, counter.timeZone, { limit: day.limit, left: day.left });
      }
    },
    hint(day, now) {
      if (days.has(account)) return;
      const endsAt = clock.now() + nextMidnight(now, counter.timeZone ?? 'UTC') - now;
      days.set(account, { ...day, seenAt: now, endsAt });
    },
    today() {
      const day = days.get(account);
      return day === undefined ? undefined : { limit: day.limit, left: day.left };
    },
    usedUpUntil(kept) {
      const day = days.get(account);
      return day === undefined || !isUsedUp(day, kept) || clock.now() >= day.endsAt ? undefined : day.endsAt;
    },
    learn(bucket, headers, now) {
      const local = clock.now();
      const endsAt = local + nextMidnight(now, counter.timeZone ?? 'UTC') - now;
      const told = dayIn(headers);
      if (told !== undefined) {
        days.set(bucket === 'associations' ? associations : account, { ...told, seenAt: now, endsAt });
      }
      if (bucket !== 'associations') return;
      const before = days.get(ownCount);
      const left = before === undefined || local >= before.endsAt ? associationsPerDay : before.left;
      days.set(ownCount, { limit: associationsPerDay, left: left - 1, seenAt: now, endsAt });
    },
  };
  return counter;
}

interface Day {
  readonly limit: number;
  readonly left: number;
  /** On HubSpot's clock. */
  readonly seenAt: Instant;
  /** On ours, since HubSpot's stands still while nothing is asked. */
  readonly endsAt: Instant;
}

const account = 'account';
const associations = 'associations';
const ownCount = 'associations, counted here';
/** Apart from the other calls (HubSpot docs, Associate records). */
const associationsPerDay = 500_000;

/** What an answer tells of the account's day. */
export function dayIn(headers: Headers): DayOfCalls | undefined {
  const limit = Number(headers['x-hubspot-ratelimit-daily'] ?? Number.NaN);
  const left = Number(headers['x-hubspot-ratelimit-daily-remaining'] ?? Number.NaN);
  return Number.isInteger(limit) && Number.isInteger(left) && limit > 0 ? { limit, left } : undefined;
}
