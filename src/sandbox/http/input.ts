import type { Exchange } from './exchange.ts';
import { invalid } from './refusal.ts';

/** Readers of what a client sent; each refuses what HubSpot would refuse. */

export function field(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

export function listField(body: unknown, name: string): readonly unknown[] {
  const value = field(body, name);
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`Invalid input JSON: ${name} must be an array`);
  return value as unknown[];
}

export function textField(body: unknown, name: string): string | undefined {
  const value = field(body, name);
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

export function textList(body: unknown, name: string): string[] {
  return listField(body, name).map((item) => {
    if (typeof item !== 'string') throw invalid(`Invalid input JSON: ${name} must hold strings`);
    return item;
  });
}

/** Comma-separated query parameter; may also be repeated. */
export function queryList(query: URLSearchParams, name: string): string[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

export function queryFlag(query: URLSearchParams, name: string): boolean {
  return query.get(name) === 'true';
}

/** A page size: over the limit it is refused, or cut by the switch. */
export function pageSize(
  exchange: Pick<Exchange, 'state'>,
  given: unknown,
  { fallback, max }: { fallback: number; max: number },
): number {
  if (given === undefined || given === null || given === '') return fallback;
  const size = Number(given);
  if (!Number.isInteger(size) || size < 1)
    throw invalid(`limit must be a positive integer, not ${JSON.stringify(given)}`);
  if (size <= max) return size;
  if (exchange.state.options.unknowns.overLimit === 'clamp') return max;
  throw invalid(`limit must be at most ${String(max)}, not ${String(size)}`, 'page too large');
}

/** Offsets of the endpoints that page by position. */
export function offset(given: unknown): number {
  if (given === undefined || given === null || given === '') return 0;
  const value = Number(given);
  if (!Number.isInteger(value) || value < 0) throw invalid(`after is not valid: ${JSON.stringify(given)}`);
  return value;
}
