import { exactJson } from './exact-json.ts';
import { hasRoom, inDouble, isBinary, power } from './exact-number.ts';

/**
 * What a column must hold for a value of HubSpot's, worked out anew: this file shares no line with `src/transform`, so
 * that a mistake there is not repeated here. Cells are Postgres's text output in UTC; arrays come as arrays.
 */
export type Expected = { readonly column: unknown } | 'misfit';

export interface Definition {
  readonly type: string;
  readonly fieldType: string;
}

/** What a warehouse's cells have room for, where that is not everything. */
export interface Holds {
  /** Digits of a number. */
  readonly number?: { readonly whole: number; readonly places: number };
  /** What numbers in a document are. */
  readonly json?: 'doubles';
}

export function expected(definition: Definition, raw: string | null, holds: Holds = {}): Expected {
  if (raw === null || raw === '') return { column: null };
  switch (definition.type) {
    case 'number':
      return numeric(raw, holds);
    case 'bool':
      return /^(?:true|false)$/i.test(raw) ? { column: raw.toLowerCase() } : 'misfit';
    case 'datetime':
      return instant(raw);
    case 'date':
      return day(raw);
    case 'json':
    case 'object_coordinates':
      return json(raw, holds);
    case 'enumeration':
      return definition.fieldType === 'checkbox' ? list(raw) : text(raw);
    default:
      return text(raw);
  }
}

/** The cell that Postgres gave, in the form in which `expected` speaks. */
export function normalised(definition: Definition, cell: unknown): unknown {
  if (cell === null || typeof cell !== 'string') return cell;
  switch (definition.type) {
    case 'number':
      return power(cell);
    case 'datetime':
      return microseconds(cell.replace(' ', 'T').replace(/\+00$/, 'Z'));
    case 'json':
    case 'object_coordinates':
      return exactJson(cell, stored);
    default:
      return cell;
  }
}

/** As a warehouse can store it: no NUL, no half surrogates. */
export function stored(text: string): string {
  return Array.from(text)
    .filter((character) => character !== '\0')
    .map((character) => (/^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character))
    .join('');
}

function numeric(raw: string, { number }: Holds): Expected {
  const wellFormed = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(raw);
  const fits = wellFormed && inDouble(raw) && (number === undefined || hasRoom(raw, number));
  return fits ? { column: power(raw) } : 'misfit';
}

/** Nothing but NULs is nothing. */
function text(raw: string): Expected {
  return { column: stored(raw) || null };
}

function instant(raw: string): Expected {
  // Epoch milliseconds of the years that there are have no more digits.
  const at = /^-?\d{1,15}$/.test(raw) ? BigInt(raw) * 1000n : microsecondsOf(raw);
  return at !== undefined && at >= first && at <= last ? { column: String(at) } : 'misfit';
}

function microseconds(raw: string): string | undefined {
  return microsecondsOf(raw)?.toString();
}

const first = BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1000n;
const last = BigInt(Date.parse('9999-12-31T23:59:59.999Z')) * 1000n + 999n;

const iso =
  /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** Since 1970, exactly. Neither a leap second nor the hour 24 is an instant that a column could tell from the next. */
function microsecondsOf(raw: string): bigint | undefined {
  const match = iso.exec(raw);
  if (match === null || !exists(match[1]!)) return undefined;
  const [, date, hour, minute, second = '0', fraction = '', sign, ahead = '0', aheadMinutes = '0'] = match;
  const offset = (sign === '-' ? -1 : 1) * (Number(ahead) * 60 + Number(aheadMinutes));
  const minutes = Date.parse(`${date}T00:00:00Z`) / 60_000 + Number(hour) * 60 + Number(minute) - offset;
  return BigInt(minutes * 60 + Number(second)) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function day(raw: string): Expected {
  if (/^-?\d{1,15}$/.test(raw)) {
    const date = new Date(Number(raw));
    if (Number.isNaN(date.getTime()) || Number(raw) % 86_400_000 !== 0) return 'misfit';
    const written = date.toISOString().slice(0, 10);
    return exists(written) ? { column: written } : 'misfit';
  }
  return /^\d{4}-\d\d-\d\d$/.test(raw) && exists(raw) ? { column: raw } : 'misfit';
}

/** A day of the calendar, and not one that `Date` would move to the next month. */
function exists(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
  return isDay && /^\d{4}-/.test(text) && !text.startsWith('0000');
}

function json(raw: string, { json: numbers }: Holds): Expected {
  const isHeld = (text: string): boolean => inDouble(text) && (numbers === undefined || isBinary(text));
  try {
    return { column: exactJson(stored(raw), stored, isHeld) };
  } catch {
    return 'misfit';
  }
}

function list(raw: string): Expected {
  const values = raw
    .split(';')
    .map(stored)
    .filter((value) => value !== '');
  return { column: values.length === 0 ? null : values };
}

/** A member of `_extra`: HubSpot writes full seconds with or without milliseconds. */
export function plainly([name, value]: readonly [string, unknown]): readonly [string, unknown] {
  const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/;
  return [name, typeof value === 'string' && instant.test(value) ? value.replace('.000Z', 'Z') : value];
}
