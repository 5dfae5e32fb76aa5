import type { KeywayError } from '../errors.ts';

/** What one request has been through so far. */
export interface Attempts {
  /** Failures that count, the present one included. */
  readonly failures: number;
  /** Refusals for a rate limit, the present one included. They don't count as failures but are bounded by time. */
  readonly limited: number;
  /** Milliseconds waited because of rate limits. */
  readonly waited: number;
}

export interface Wait {
  readonly ms: number;
  /** Whether everybody who uses the same bucket waits, or only this request. */
  readonly everybody: boolean;
}

/** How long to wait before the next try; nothing when there is none. The policy decides, not the caller. */
export function nextWait(error: KeywayError, attempts: Attempts, random: () => number): Wait | undefined {
  if (error.verdict !== 'retry') return undefined;
  if (error.code === 'hubspot_rate_limited') return limitWait(error, attempts, random);
  if (error.code === 'hubspot_migrating') return migrationWait(error, attempts);
  if (attempts.failures >= mostTries) return undefined;
  // HubSpot locks an account for two seconds under heavy load (HubSpot docs, Error handling).
  const locked = error.details['status'] === 423;
  const atLeast = Math.max(locked ? 2000 : 0, error.retryAfter ?? 0);
  const backoff = Math.min(longestWait, 1000 * 2 ** (attempts.failures - 1));
  return { ms: atLeast + random() * backoff, everybody: locked };
}

export function isLimit(error: KeywayError): boolean {
  return error.code === 'hubspot_rate_limited' || error.code === 'hubspot_migrating';
}

export const mostTries = 6;
const longestWait = 60_000;
/** A quarter of an hour: longer, and somebody else holds the limit for good. */
const longestLimited = 15 * 60_000;
/** What a run waits out itself; beyond that its owner decides. */
const longestMigration = 5 * 60_000;

function limitWait(error: KeywayError, attempts: Attempts, random: () => number): Wait | undefined {
  if (attempts.waited >= longestLimited) return undefined;
  const step = error.details['policy'] === 'SECONDLY' ? 1000 : 10_000;
  const ms = error.retryAfter ?? step * attempts.limited + (random() * step) / 2;
  return { ms: Math.min(ms, longestWait), everybody: true };
}

function migrationWait(error: KeywayError, attempts: Attempts): Wait | undefined {
  const ms = error.retryAfter ?? longestWait;
  return attempts.waited + ms > longestMigration ? undefined : { ms, everybody: true };
}
