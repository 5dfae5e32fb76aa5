import type { Settings } from '../../config/index.ts';
import { nextMidnight, type Hubspot } from '../hubspot/index.ts';
import type { Account } from '../source.ts';

/** The account's day, as HubSpot's answers tell of it; calls to associations are counted apart. */
export interface DayCheck {
  readonly limit: number;
  readonly used: number;
  readonly left: number;
  /** Of the limit: what Keyway leaves to other apps. */
  readonly reserve: number;
  /** The next midnight of the account, ISO 8601. */
  readonly resetsAt: string;
  readonly timeZone: string;
}

/** Nothing where HubSpot does not tell of the day. */
export function checkDay(
  source: Pick<Hubspot, 'pace' | 'now'>,
  { timeZone }: Account,
  { rateLimit }: Settings,
): DayCheck | undefined {
  const { day } = source.pace();
  if (day === undefined) return undefined;
  return {
    limit: day.limit,
    used: day.limit - day.left,
    left: day.left,
    reserve: Math.floor(day.limit * rateLimit.dailyReserve),
    resetsAt: new Date(nextMidnight(source.now(), timeZone)).toISOString(),
    timeZone,
  };
}
