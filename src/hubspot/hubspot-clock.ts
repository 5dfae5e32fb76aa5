import type { Instant } from '../source.ts';

/** HubSpot's clock, as far as its answers tell it. */
export interface HubspotClock {
  /** The `Date` of an answer that is surely HubSpot's own. */
  see(date: Instant): void;
  /** An instant that it has surely reached; nothing before the first answer. */
  now(): Instant | undefined;
}

/**
 * The latest instant that two answers have shown. One alone may come from a server whose clock is far ahead: whatever was
 * read would be called complete up to a time to come, and nothing be read until then.
 */
export function openHubspotClock(): HubspotClock {
  let latest: Instant | undefined;
  let confirmed: Instant | undefined;
  return {
    see(date) {
      if (latest === undefined) latest = date;
      else if (date >= latest) [confirmed, latest] = [latest, date];
      else confirmed = Math.max(confirmed ?? date, date);
    },
    now: () => confirmed ?? latest,
  };
}
