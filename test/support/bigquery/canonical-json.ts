import { ApiError } from './api-error.ts';

/** A number of which JavaScript would lose digits or the point: as it was written. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Like JSON.parse, but numbers other than short integers stay as written. */
export function parseJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    const source = context?.source ?? '';
    return typeof value === 'number' && !/^-?(0|[1-9]\d{0,14})$/.test(source)
      ? new WrittenNumber(source)
      : value;
  }) as unknown;
}

export function canonicalJson(text: string): string {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw new ApiError('invalidQuery', 'Invalid input to PARSE_JSON: syntax error while parsing value');
  }
  return writeJson(value);
}

/**
 * JSON as BigQuery gives it back: members in the order of their names, no spaces, integers of 64 bits exact, all other
 * numbers as doubles.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#json_type
 */
export function writeJson(value: unknown): string {
  if (value instanceof WrittenNumber) return numberText(value.text);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => byBytes(a, b));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${writeJson(member)}`).join(',')}}`;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function numberText(source: string): string {
  if (/^-?\d+$/.test(source)) {
    const whole = BigInt(source);
    if (whole >= -(2n ** 63n) && whole < 2n ** 64n) return String(whole);
  }
  const text = String(Number(source));
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
