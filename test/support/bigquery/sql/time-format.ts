import { notUnderstood } from '../api-error.ts';
import { literal } from './types.ts';

/**
 * FORMAT_TIMESTAMP in UTC.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/format-elements#format_elements_date_time
 */
export function timeFormat(format: string, instant: string): string {
  const parts = format.split(/(%E\dS|%E\*S|%E4Y|%.)/s).filter((part) => part !== '');
  return `(${parts.map((part) => (part.startsWith('%') ? elementOf(part, instant) : literal(part))).join(' || ')})`;
}

function elementOf(element: string, instant: string): string {
  switch (element) {
    case '%Y':
      // Without leading zeros, unlike %E4Y.
      return `CAST(year(${instant}) AS VARCHAR)`;
    case '%E4Y':
      return `lpad(CAST(year(${instant}) AS VARCHAR), 4, '0')`;
    case '%F':
      return timeFormat('%Y-%m-%d', instant);
    case '%T':
      return timeFormat('%H:%M:%S', instant);
    case '%E3S':
      return `left(strftime(${instant}, '%S.%f'), 6)`;
    case '%E6S':
      return `strftime(${instant}, '%S.%f')`;
    case '%%':
      return `'%'`;
    case '%m':
    case '%d':
    case '%H':
    case '%M':
    case '%S':
      return `strftime(${instant}, '${element}')`;
    default:
      throw notUnderstood(`the format element ${element}`);
  }
}
