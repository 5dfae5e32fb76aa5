import type { Cell } from '../table.ts';

/**
 * An instant in UTC. HubSpot writes ISO 8601 with or without milliseconds, and milliseconds since the epoch in old and
 * in custom data (HubSpot docs, Properties). Only years 0001 to 9999 fit.
 */
export function timestampCell(value: string): Cell | undefined {
  if (usual.test(value)) return value;
  const match = iso.exec(value);
  if (match === null) return fromEpoch(value);
  const [, year, month, day, hour, minute, second = '0', fraction = ''] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  // Of one length, so that instants sort as text; finer digits than HubSpot's milliseconds are kept as they are.
  const finer = fraction.slice('.123'.length);
  return inRange(Date.parse(finer === '' ? value : value.replace(fraction, fraction.slice(0, 4))))?.replace(
    'Z',
    `${finer}Z`,
  );
}

/** A calendar day, without a time zone: never shifted. Old data holds milliseconds at UTC midnight. */
export function dateCell(value: string): Cell | undefined {
  if (usualDay.test(value)) return value;
  const match = day.exec(value);
  if (match !== null) {
    return isDay(Number(match[1]), Number(match[2]), Number(match[3])) ? value : undefined;
  }
  const instant = fromEpoch(value);
  return instant?.endsWith('T00:00:00.000Z') === true ? instant.slice(0, 10) : undefined;
}

/** What nearly every value looks like, told apart without taking it to pieces; days that some months lack are not. */
const usual =
  /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const usualDay = /^(?!0000)\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/;
const iso = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;
const day = /^(\d{4})-(\d\d)-(\d\d)$/;
const epochMilliseconds = /^-?\d{1,15}$/;

function fromEpoch(value: string): string | undefined {
  return epochMilliseconds.test(value) ? inRange(Number(value)) : undefined;
}

function inRange(instant: number): string | undefined {
  const date = new Date(instant);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString() : undefined;
}

function isDay(year: number, month: number, dayOfMonth: number): boolean {
  if (year < 1 || month < 1 || month > 12 || dayOfMonth < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return dayOfMonth <= days;
}
