import type { Cell } from '../table.ts';

/**
 * A decimal, exactly as HubSpot wrote it, never through a float. Scientific notation is written out. Numbers beyond
 * the range of a double do not fit: the column could hold them, but whatever reads it would see infinity, or zero. Nor do
 * those with more than 1,000 decimal places: Postgres's numeric ends at 16,383.
 */
export function numberCell(value: string): Cell | undefined {
  if (value.length < usualLength && plain.test(value)) return value;
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
