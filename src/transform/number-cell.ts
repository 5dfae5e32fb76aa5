import type { Cell } from '../table.ts';

/**
 * A decimal, exactly as HubSpot wrote it, never through a float. Scientific notation is written out. Numbers beyond
 * the range of a double do not fit: the column could hold them, but whatever reads it would see infinity.
 */
export function numberCell(value: string): Cell | undefined {
  if (plain.test(value)) return value.length <= maxDigits ? value : undefined;
  const match = decimal.exec(value);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  return writtenOut(sign === '-' ? '-' : '', whole, fraction, Number(exponent));
}

const plain = /^-?\d+(?:\.\d+)?$/;
const decimal = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,6}))?$/;
/** The largest double has 309 digits. */
const maxDigits = 308;

function writtenOut(sign: string, whole: string, fraction: string, exponent: number): Cell | undefined {
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (Math.abs(point) > maxDigits || digits.length > maxDigits) return undefined;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const cut = Math.max(point, 1);
  const left = padded.slice(0, cut).replace(/^0+(?=\d)/, '');
  const right = padded.slice(cut);
  return right === '' ? sign + left : `${sign}${left}.${right}`;
}
