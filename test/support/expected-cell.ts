/**
 * What a column must hold for a value of HubSpot's, worked out anew: this file shares no line with `src/transform`, so
 * that a mistake there is not repeated here. Cells are Postgres's text output in UTC; arrays come as arrays.
 */
export type Expected = { readonly column: unknown } | 'misfit';

export interface Definition {
  readonly type: string;
  readonly fieldType: string;
}

export function expected(definition: Definition, raw: string | null): Expected {
  if (raw === null || raw === '') return { column: null };
  switch (definition.type) {
    case 'number':
      return numeric(raw);
    case 'bool':
      return /^(?:true|false)$/i.test(raw) ? { column: raw.toLowerCase() } : 'misfit';
    case 'datetime':
      return instant(raw);
    case 'date':
      return day(raw);
    case 'json':
    case 'object_coordinates':
      return json(raw);
    case 'enumeration':
      return definition.fieldType === 'checkbox' ? list(raw) : { column: stored(raw) };
    default:
      return { column: stored(raw) };
  }
}

/** The cell that Postgres gave, in the form in which `expected` speaks. */
export function normalised(definition: Definition, cell: unknown): unknown {
  if (cell === null || typeof cell !== 'string') return cell;
  switch (definition.type) {
    case 'number':
      return decimal(cell);
    case 'datetime':
      return Date.parse(cell.replace(' ', 'T').replace(/\+00$/, 'Z'));
    case 'json':
    case 'object_coordinates':
      return JSON.stringify(JSON.parse(cell));
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

function numeric(raw: string): Expected {
  const wellFormed = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(raw);
  return wellFormed && Number.isFinite(Number(raw)) ? { column: decimal(raw) } : 'misfit';
}

/** Digits and a power of ten without leading or trailing zeros: equal numbers have equal text. */
function decimal(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().replace(/^\+/, '').split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace(/^-/, '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const bare = digits.replace(/0+$/, '');
  if (bare === '') return '0';
  return `${negative ? '-' : ''}${bare}e${Number(exponent) - fraction.length + digits.length - bare.length}`;
}

function instant(raw: string): Expected {
  if (/^-?\d+$/.test(raw)) return inYears(Number(raw));
  const match = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.exec(raw);
  return match !== null && exists(match[1]!) ? inYears(Date.parse(raw)) : 'misfit';
}

function inYears(milliseconds: number): Expected {
  const first = Date.parse('0001-01-01T00:00:00Z');
  const last = Date.parse('9999-12-31T23:59:59.999Z');
  return milliseconds >= first && milliseconds <= last ? { column: milliseconds } : 'misfit';
}

function day(raw: string): Expected {
  if (/^-?\d+$/.test(raw)) {
    const date = new Date(Number(raw));
    if (Number.isNaN(date.getTime()) || Number(raw) % 86_400_000 !== 0) return 'misfit';
    return { column: date.toISOString().slice(0, 10) };
  }
  return /^\d{4}-\d\d-\d\d$/.test(raw) && exists(raw) ? { column: raw } : 'misfit';
}

/** A day of the calendar, and not one that `Date` would move to the next month. */
function exists(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && !text.startsWith('0000');
}

function json(raw: string): Expected {
  try {
    return { column: JSON.stringify(JSON.parse(stored(raw), storable)) };
  } catch {
    return 'misfit';
  }
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError('no reader could take it');
  return typeof value === 'string' ? stored(value) : value;
}

function list(raw: string): Expected {
  const values = raw
    .split(';')
    .map(stored)
    .filter((value) => value !== '');
  return { column: values.length === 0 ? null : values };
}
