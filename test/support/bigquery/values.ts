/** Text forms of values, as BigQuery reads them in JSON and in parameters. */

const limitOfInt64 = 2n ** 63n;

export function isInt64(text: string): boolean {
  if (!/^[+-]?\d+$/.test(text)) return false;
  const value = BigInt(text.replace('+', ''));
  return value >= -limitOfInt64 && value < limitOfInt64;
}

/**
 * 38 digits, 9 of them behind the point.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#decimal_types
 */
export function isNumeric(text: string): boolean {
  const match = /^[+-]?(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text);
  if (match === null) return false;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  if (whole + fraction === '') return false;
  const shift = Number(exponent);
  const digits = (whole + fraction).replace(/0+$/, '');
  const decimals = digits.length - (whole.length + shift);
  const significant = (whole + fraction).replace(/^0+/, '').length;
  if (significant === 0) return true;
  const before = significant - fraction.length + shift;
  return decimals <= 9 && before <= 29;
}

/** Days since 1970 of `YYYY-MM-DD`, of the years 1 to 9999; nothing when there is no such day. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (match === null) return undefined;
  return daysOf(Number(match[1]), Number(match[2]), Number(match[3]));
}

function daysOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 86_400_000;
}

const timestamp =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ Tt](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,6}))?)?)? ?(Z|z|UTC|[+-]\d{1,2}(?::?\d{2})?)?$/;

/**
 * Microseconds since 1970; nothing when it is no timestamp. More than six digits of a second do not fit.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#canonical_format_for_timestamp_literals
 */
export function parseTimestamp(text: string): bigint | undefined {
  const match = timestamp.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = 'Z'] = match;
  const days = daysOf(Number(year), Number(month), Number(day));
  if (days === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = ((days * 24 + Number(hour)) * 60 + Number(minute)) * 60 + Number(second) - offsetOf(zone);
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return micros >= firstMicros && micros <= lastMicros ? micros : undefined;
}

/** Seconds east of Greenwich. */
function offsetOf(zone: string): number {
  const match = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(zone);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60);
}

const firstMicros = BigInt(Date.parse('0001-01-01T00:00:00Z')) * 1000n;
const lastMicros = BigInt(Date.parse('9999-12-31T23:59:59Z')) * 1000n + 999_999n;

export function duckTimestamp(micros: bigint): string {
  return `make_timestamp(${String(micros)})`;
}

export function duckDate(days: number): string {
  return `(DATE '1970-01-01' + ${String(days)})`;
}
