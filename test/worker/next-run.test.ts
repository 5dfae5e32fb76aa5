import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextRun } from '../../src/worker/next-run.ts';

const hour = 3_600_000;

/** One hour; from half past one in the night; half an hour; at midnight, in the other half of the year. */
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago'];

function runs(cron: string, timeZone: string, [from, to]: readonly [string, string]): number[] {
  const found: number[] = [];
  for (let at = Date.parse(from); ;) {
    at = nextRun({ cron, timeZone }, at) ?? Infinity;
    if (at >= Date.parse(to)) return found;
    found.push(at);
  }
}

const local = (at: number, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

describe('a daily schedule', { timeout: 120_000 }, () => {
  it.each(zones)('comes once on each day of years in %s, whatever its hour', (timeZone) => {
    for (const cron of ['30 2 * * *', '15 2 * * *', '0 0 * * *', '30 1 * * *', '59 23 * * *']) {
      const years = cron === '15 2 * * *' ? 10 : 2;
      const all = runs(cron, timeZone, ['2026-01-01T12:00:00Z', `${2026 + years}-01-01T12:00:00Z`]);
      const days = all.map((at) => local(at, timeZone).toPlainDate());
      const apart = days.slice(1).map((day, index) => days[index]!.until(day, { largestUnit: 'day' }).days);
      expect([cron, all.length, new Set(apart)]).toEqual([cron, years === 10 ? 3652 : 730, new Set([1])]);
    }
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-29', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '30 2 * * *', '2026-10-25', '2026-10-25T00:30:00.000Z'],
    ['America/New_York', '15 2 * * *', '2026-03-08', '2026-03-08T07:00:00.000Z'],
    ['America/New_York', '30 1 * * *', '2026-11-01', '2026-11-01T05:30:00.000Z'],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-04', '2026-10-03T15:30:00.000Z'],
    ['Australia/Lord_Howe', '45 1 * * *', '2026-04-05', '2026-04-04T14:45:00.000Z'],
  ])(
    'in %s, %s on %s comes at %s: when a time that is left out would be over, and at the first of two',
    (timeZone, cron, day, expected) => {
      const midnight = Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds;
      expect(new Date(nextRun({ cron, timeZone }, midnight - 1)!).toISOString()).toBe(expected);
    },
  );
});

describe('a schedule of every hour', { timeout: 120_000 }, () => {
  it.each(zones)('comes in each hour that passes in %s, on days of 23 and of 25 hours, too', (timeZone) => {
    for (const span of [
      ['2026-03-01T00:00:00Z', '2026-04-10T00:00:00Z'],
      ['2026-09-01T00:00:00Z', '2026-11-03T00:00:00Z'],
    ] as const) {
      const all = runs('20 * * * *', timeZone, span);
      const gaps = all.slice(1).map((at, index) => at - all[index]!);
      // Where the clock is changed by half an hour, twenty past comes half an hour later, once.
      const odd = timeZone === 'Australia/Lord_Howe' ? [1.5 * hour] : [];
      expect(new Set(gaps)).toEqual(new Set([hour, ...odd]));
      expect(gaps.filter((gap) => gap !== hour).length).toBe(odd.length);
    }
  });
});

describe('any schedule', { timeout: 120_000 }, () => {
  const field = (least: number, most: number): fc.Arbitrary<string> =>
    fc.oneof(fc.constant('*'), fc.integer({ min: least, max: most }).map(String));

  it('comes after the instant that is asked for, and the same whatever instant before it is asked for', () => {
    const cron = fc
      .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), fc.constant('*'))
      .map((fields) => fields.join(' '));
    fc.assert(
      fc.property(
        cron,
        fc.constantFrom('UTC', ...zones),
        fc.date({ min: new Date('2026-01-01'), max: new Date('2028-12-31'), noInvalidDate: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (expression, timeZone, date, part) => {
          const [schedule, after] = [{ cron: expression, timeZone }, date.getTime()];
          const next = nextRun(schedule, after)!;
          expect(next).toBeGreaterThan(after);
          expect(nextRun(schedule, after + Math.floor((next - after) * part))).toBe(next);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('knows leap days, last days and weekdays', () => {
    const next = (cron: string): string =>
      new Date(nextRun({ cron, timeZone: 'UTC' }, Date.parse('2026-02-27T12:00:00Z'))!).toISOString();
    expect(next('0 0 29 2 *')).toBe('2028-02-29T00:00:00.000Z');
    expect(next('0 6 L * *')).toBe('2026-02-28T06:00:00.000Z');
    expect(next('0 9 * * 1-5')).toBe('2026-03-02T09:00:00.000Z');
    expect(next('@monthly')).toBe('2026-03-01T00:00:00.000Z');
    expect(nextRun({ cron: '0 0 L-30 2 *', timeZone: 'UTC' }, 0)).toBeUndefined();
  });
});
