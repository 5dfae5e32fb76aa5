/**
 * Milliseconds to wait by a `Retry-After` header in seconds or as a date, at least one second and at most `longest`;
 * nothing when it says nothing usable.
 */
export function retryAfter(header: string | undefined, now: number, longest: number): number | undefined {
  const text = header?.trim() ?? '';
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : dateOf(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 1000), longest);
}

function dateOf(text: string): number {
  // `Date.parse` also takes "abc 1" for a date; an HTTP date names its zone.
  return /^\w{3,9}, .+ GMT$/.test(text) ? Date.parse(text) : Number.NaN;
}
