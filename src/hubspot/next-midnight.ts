import type { Instant } from '../source.ts';

/** The next midnight of the account's time zone, when HubSpot's daily counters go back to zero. */
export function nextMidnight(now: Instant, timeZone: string): Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(now))
    .toZonedDateTimeISO(knownZone(timeZone))
    .startOfDay()
    .add({ days: 1 })
    .startOfDay().epochMilliseconds;
}

/** An unknown name must not turn a clear error into another one. Asked for with every answer, so remembered. */
function knownZone(timeZone: string): string {
  const known = zones.get(timeZone) ?? checked(timeZone);
  zones.set(timeZone, known);
  return known;
}

const zones = new Map<string, string>();

function checked(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
