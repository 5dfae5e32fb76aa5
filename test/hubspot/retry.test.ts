import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KeywayError, type ErrorCode, type KeywayErrorOptions } from '../../src/errors.ts';
import { nextMidnight } from '../../src/hubspot/next-midnight.ts';
import { retryAfter } from '../../src/hubspot/retry-after.ts';
import { mostTries, nextWait } from '../../src/hubspot/retry.ts';
import { systemClock } from '../../src/service.ts';

const day = 86_400_000;
const now = Date.parse('2026-10-10T12:00:00Z');

test('whatever a Retry-After says, the wait is within bounds or left to the policy', () => {
  const header = fc.oneof(
    fc.string(),
    fc.integer().map(String),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    fc.constantFrom('0', '-1', 'abc', 'abc 1', '99999999999999999999', '1e9', '', 'Infinity'),
  );
  fc.assert(
    fc.property(header, fc.integer({ min: 1000, max: day }), (header, longest) => {
      const wait = retryAfter(header, now, longest);
      expect(wait === undefined || (wait >= 1000 && wait <= longest)).toBe(true);
    }),
  );
});

test.each([
  ['7', 7000],
  [' 0.5 ', 1000],
  ['Sat, 10 Oct 2026 12:00:09 GMT', 9000],
  ['Sat, 10 Oct 2020 12:00:09 GMT', 1000],
  ['-5', undefined],
  ['soon', undefined],
  [undefined, undefined],
])('a Retry-After of %j is %j ms', (header, ms) => {
  expect(retryAfter(header, now, day)).toBe(ms);
});

const half = () => 0.5;
const error = (code: ErrorCode, options: KeywayErrorOptions = {}) =>
  new KeywayError(code, '', { verdict: 'retry', ...options });
const first = { failures: 1, limited: 0, waited: 0 };

test('failures are tried again after growing waits with full jitter, six tries in all', () => {
  const waits = [1, 2, 3, 4, 5, 6].map(
    (failures) => nextWait(error('hubspot_unavailable'), { ...first, failures }, half)?.ms,
  );
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, undefined]);
  expect(mostTries).toBe(6);
});

test('search waits a second per refusal, the ten-second limit ten seconds, and everybody waits along', () => {
  const wait = (policy: string, limited: number) =>
    nextWait(
      error('hubspot_rate_limited', { details: { policy } }),
      { failures: 0, limited, waited: 0 },
      half,
    );
  expect(wait('SECONDLY', 1)).toEqual({ ms: 1250, everybody: true });
  expect(wait('SECONDLY', 3)?.ms).toBe(3250);
  expect(wait('TEN_SECONDLY_ROLLING', 1)).toEqual({ ms: 12_500, everybody: true });
  expect(wait('TEN_SECONDLY_ROLLING', 99)?.ms).toBe(60_000);
});

test('rate limits are bounded by time, not by tries', () => {
  const limited = error('hubspot_rate_limited', { details: { policy: 'SECONDLY' } });
  expect(nextWait(limited, { failures: 0, limited: 500, waited: 899_000 }, half)).toBeDefined();
  expect(nextWait(limited, { failures: 0, limited: 2, waited: 900_000 }, half)).toBeUndefined();
});

test('a locked account gets two seconds at least', () => {
  const locked = error('hubspot_unavailable', { details: { status: 423 } });
  expect(nextWait(locked, first, () => 0)).toEqual({ ms: 2000, everybody: true });
});

test('a short migration is waited for, a long one is left to the owner of the run', () => {
  expect(nextWait(error('hubspot_migrating', { retryAfter: 120_000 }), first, half)?.ms).toBe(120_000);
  expect(nextWait(error('hubspot_migrating', { retryAfter: 7_200_000 }), first, half)).toBeUndefined();
});

test.each(['skip', 'stop'] as const)('an error that says %s is not tried again', (verdict) => {
  expect(nextWait(error('hubspot_unavailable', { verdict }), first, half)).toBeUndefined();
});

test.each([
  ['UTC', '2026-10-11T00:00:00.000Z'],
  ['US/Eastern', '2026-10-11T04:00:00.000Z'],
  ['Pacific/Kiritimati', '2026-10-11T10:00:00.000Z'],
  ['America/Los_Angeles', '2026-10-11T07:00:00.000Z'],
  ['no such zone', '2026-10-11T00:00:00.000Z'],
])('the next midnight in %s is %s', (zone, midnight) => {
  expect(new Date(nextMidnight(now, zone)).toISOString()).toBe(midnight);
});

test('a wait longer than a timer can be is not cut short', async () => {
  // A timer of 2^31 milliseconds and more fires at once.
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let over = false;
  void systemClock.sleep(60 * day).then(() => (over = true));
  await vi.advanceTimersByTimeAsync(60 * day - 1);
  expect(over).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(over).toBe(true);
});
