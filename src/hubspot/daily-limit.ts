import { KeywayError } from '../errors.ts';
import type { Instant } from '../source.ts';
import type { Facts } from './error-body.ts';
import { nextMidnight } from './next-midnight.ts';

/** The day's calls are used up, or down to the reserve for other apps. It resets at midnight in the account's zone. */
export function dailyLimit(now: Instant, timeZone: string | undefined, details: Facts): KeywayError {
  const zone = timeZone ?? 'UTC';
  const resetsAt = new Date(nextMidnight(now, zone)).toISOString();
  const where =
    timeZone === undefined ? "midnight in the account's time zone" : `midnight in ${zone}, ${resetsAt}`;
  return new KeywayError(
    'daily_limit',
    `The calls that HubSpot allows this account per day are used up, but for what is left to other apps. They are back at ${where}; Keyway goes on where it stopped.`,
    { details: timeZone === undefined ? details : { ...details, resetsAt } },
  );
}
