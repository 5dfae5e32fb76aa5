import { KeywayError } from '../errors.ts';

/**
 * `2026-01-31`, which is its first instant in UTC, or `2026-01-31T09:30Z`, with seconds, fractions and another offset if need be:
 * milliseconds since the epoch. Throws `config_invalid` for anything else, days that no calendar has included.
 */
export function backfillInstant(flag: string, text: string): number {
  const [, date = '', time, offset] = pattern.exec(text) ?? [];
  const at = Date.parse(time === undefined ? `${date}T00:00Z` : `${date}T${time}${offset}`);
  // The 31st of February would pass for a day in March.
  const isDay = date !== '' && isoDate(Date.parse(`${date}T00:00Z`)) === date;
  if (isDay && !Number.isNaN(at)) return at;
  throw new KeywayError(
    'config_invalid',
    `${flag} ${JSON.stringify(text)} is no date: write 2026-01-31, which begins at midnight UTC, or an instant with its offset, such as 2026-01-31T09:30:00Z.`,
  );
}

const pattern = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2}))?$/;

function isoDate(at: number): string | undefined {
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().slice(0, 10);
}
