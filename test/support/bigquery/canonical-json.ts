import { ApiError } from './api-error.ts';
import { parseJson, WrittenNumber } from './parse-json.ts';

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
 * numbers as doubles. `value` is what `parseJson` gives.
 * https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/data-types#json_type
 */
export function writeJson(value: unknown): string {
  if (value instanceof WrittenNumber) return numberText(value.text);
  if (Array.isArray(value)) return `[${value.map(writeJson).join(',')}]`;
  if (!(value instanceof Map)) return JSON.stringify(value);
  const members = [...(value as ReadonlyMap<string, unknown>)].sort(([a], [b]) => byBytes(a, b));
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
  const number = Number(source);
  const text = Object.is(number, -0) ? '-0' : String(number);
  return /^-?\d+$/.test(text) ? `${text}.0` : text.replace(/e([+-])(\d)$/, 'e$10$2');
}
