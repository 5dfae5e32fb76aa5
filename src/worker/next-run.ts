import { createTask, parse } from 'node-cron';
import type { Instant } from '../source.ts';

/** When something is to happen, again and again. */
export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, day of the week; both days have to fit. */
  readonly cron: string;
  /** IANA name; what the fields are read in. */
  readonly timeZone: string;
}

/**
 * The first instant after `after` that fits; nothing where none comes within forty years. Local times that a change of the
 * clocks leaves out come when it is over, and those that it repeats come once; but what is to happen in every hour happens in
 * each hour that passes. node-cron decides what fits, and time zones are left to Temporal: node-cron would leave such times out.
 */
export function nextRun(schedule: Schedule, after: Instant): Instant | undefined {
  const { minute, hour, month } = parse(schedule.cron);
  const pattern = patternOf(schedule.cron);
  const { timeZone } = schedule;
  const isHourly = hour.length === 24;
  const first = Temporal.Instant.fromEpochMilliseconds(Math.floor(after))
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  // A clock that was put back over midnight makes a day come twice.
  for (let day = first.subtract({ days: 1 }), n = 0; n < longest; day = day.add({ days: 1 }), n += 1) {
    if (!month.includes(day.month)) continue;
    if (!pattern.match(utc(day.toPlainDateTime({ hour: hour[0] ?? 0, minute: minute[0] ?? 0 })))) continue;
    const found = earliest(
      hour.map(
        (h) => () =>
          minute.flatMap((m) => instantsOf(day.toPlainDateTime({ hour: h, minute: m }), timeZone, isHourly)),
      ),
      after,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

const longest = 40 * 366;

/** The earliest one after `after`; each hour is worked out only when those before it hold none. */
function earliest(hours: readonly (() => readonly Instant[])[], after: Instant): Instant | undefined {
  for (const instants of hours) {
    const later = instants().filter((each) => each > after);
    if (later.length > 0) return Math.min(...later);
  }
  return undefined;
}

/** When a clock of the zone shows this. */
function instantsOf(local: Temporal.PlainDateTime, timeZone: string, isHourly: boolean): readonly Instant[] {
  const [early, late] = (['earlier', 'later'] as const).map((disambiguation) =>
    local.toZonedDateTime(timeZone, { disambiguation }),
  ) as [Temporal.ZonedDateTime, Temporal.ZonedDateTime];
  if (early.epochMilliseconds === late.epochMilliseconds) return [early.epochMilliseconds];
  const isLeftOut = !early.toPlainDateTime().equals(local);
  if (isHourly) return isLeftOut ? [] : [early.epochMilliseconds, late.epochMilliseconds];
  // Of a time that is left out, `early` is before the change.
  const change = isLeftOut ? early.getTimeZoneTransition('next') : undefined;
  return [(change ?? early).epochMilliseconds];
}

function utc(local: Temporal.PlainDateTime): Date {
  return new Date(local.toZonedDateTime('UTC').epochMilliseconds);
}

/** Asked for again and again, and node-cron keeps each that it has made. None of them is ever started. */
const patterns = new Map<string, ReturnType<typeof createTask>>();

function patternOf(cron: string): ReturnType<typeof createTask> {
  const known = patterns.get(cron) ?? createTask(cron, () => undefined, { timezone: 'UTC' });
  patterns.set(cron, known);
  return known;
}
