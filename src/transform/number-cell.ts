import type { NumberRoom } from '../limits.ts';

/**
 * A decimal, exactly as HubSpot wrote it, never through a float. Scientific notation is written out. Numbers beyond
 * the range of a double do not fit: the column could hold them, but whatever reads it would see infinity, or zero. Nor do
 * those with more than 1,000 decimal places: Postgres's numeric ends at 16,383. Nor those with more digits than there is
 * room for.
 */
export function numberCell(value: string, room?: NumberRoom): string | undefined {
  const decimal = value.length < usualLength && plain.test(value) ? value : plainDecimal(value);
  return decimal === undefined || room === undefined ? decimal : inRoom(decimal, room);
}

/** Whether two plain decimals are one number. */
export function isSameNumber(a: string, b: string): boolean {
  return written(digitsOf(a)) === written(digitsOf(b));
}

function plainDecimal(value: string): string | undefined {
  const match = decimal.exec(value);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const power = Number(exponent);
  if (fraction.length - power > mostPlaces) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return power > mostPlaces ? undefined : '0';
  const near = Number(value);
  if (!Number.isFinite(near) || near === 0) return undefined;
  return (sign === '-' ? '-' : '') + writtenOut(digits, fraction.length - power);
}

function inRoom(decimal: string, { whole, places }: NumberRoom): string | undefined {
  if (decimal.length <= Math.min(whole, places)) return decimal;
  const digits = digitsOf(decimal);
  return digits.whole.length > whole || digits.places.length > places ? undefined : written(digits);
}

interface Digits {
  readonly sign: string;
  readonly whole: string;
  readonly places: string;
}

/** Without the zeros that mean nothing. */
function digitsOf(decimal: string): Digits {
  const sign = decimal.startsWith('-') ? '-' : '';
  const [whole = '', places = ''] = decimal.slice(sign.length).split('.');
  return { sign, whole: whole.replace(/^0+/, ''), places: places.replace(/0+$/, '') };
}

function written({ sign, whole, places }: Digits): string {
  if (whole === '' && places === '') return '0';
  return `${sign}${whole || '0'}${places && `.${places}`}`;
}

/** A plain decimal of fewer characters is within all bounds, whatever its digits. */
const usualLength = 300;
const mostPlaces = 1000;
const plain = /^-?\d+(?:\.\d+)?$/;
const decimal = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** `digits`, of which so many are behind the point; fewer than none: zeros are to follow. */
function writtenOut(digits: string, places: number): string {
  if (places <= 0) return digits + '0'.repeat(-places);
  const padded = digits.padStart(places + 1, '0');
  return `${padded.slice(0, -places)}.${padded.slice(-places)}`;
}
