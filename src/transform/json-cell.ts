import type { ValueLimits } from '../limits.ts';
import type { Cell } from '../table.ts';
import { isSameNumber, numberCell } from './number-cell.ts';
import { cleanText } from './text.ts';

/**
 * A JSON document, verbatim where a warehouse can hold it; its texts cleaned where it could not. What a warehouse would
 * change does not fit: numbers that no numeric column takes, or that its documents would round, and all but the last of
 * members with one name.
 */
export function jsonCell(value: string, numbers?: ValueLimits['json']): Cell | undefined {
  try {
    const clean = cleanText(value);
    JSON.parse(clean);
    const named = membersNamed(clean);
    const holds = numbers === 'doubles' ? isExact : isNumber;
    const parsed: unknown = JSON.parse(clean, numbersThat(holds));
    const document: unknown = unsafeEscape.test(clean) ? cleanDocument(parsed) : parsed;
    if (members(document) !== named) return undefined;
    return document === parsed ? clean : JSON.stringify(document);
  } catch {
    return undefined;
  }
}

/** A JSON object of these members, in this order. Built by hand: a member may be called `__proto__`. */
export function jsonObject(members: readonly (readonly [name: string, value: string])[]): string {
  const parts = members.map(
    ([name, value]) => `${JSON.stringify(cleanText(name))}:${JSON.stringify(cleanText(value))}`,
  );
  return `{${parts.join(',')}}`;
}

/** In Node since 22; TypeScript's library does not know them yet. Keeps a number's digits through `JSON.stringify`. */
const { rawJSON, isRawJSON } = JSON as unknown as {
  rawJSON: (this: void, text: string) => unknown;
  isRawJSON: (this: void, value: unknown) => boolean;
};

const unsafeEscape = /\\u(?:0000|d[89a-f])/i;

/**
 * How many members the objects of a document name, however often. Throws where it is nested too deeply: for BigQuery, whose JSON
 * ends at 500 levels, and for Postgres and V8, whose stacks end at some thousands. Of documents alone: only in them does
 * each quote have its other half.
 */
function membersNamed(text: string): number {
  let [depth, named] = [0, 0];
  for (const [token, colon] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"([\t\n\r ]*:)?|[{}[\]]/gs)) {
    if (token.startsWith('"')) named += colon === undefined ? 0 : 1;
    else if (token === '{' || token === '[') depth += 1;
    else depth -= 1;
    if (depth > deepest) throw new RangeError('nested too deeply');
  }
  return named;
}

const deepest = 500;

type Reviver = (key: string, value: unknown, context?: { source?: string }) => unknown;

function numbersThat(isHeld: (source: string) => boolean): Reviver {
  return (_key, value, context) => {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    if (!isHeld(context.source)) throw new RangeError('number out of range');
    return rawJSON(context.source);
  };
}

function isNumber(source: string): boolean {
  return numberCell(source) !== undefined;
}

/** Whether it is a 64-bit integer, with or without a sign, or what is shortest for some double. */
function isExact(source: string): boolean {
  if (/^-?\d{1,20}$/.test(source) && isInt64OrUint64(BigInt(source))) return true;
  const [exact, double] = [numberCell(source), numberCell(String(Number(source)))];
  return exact !== undefined && double !== undefined && isSameNumber(exact, double);
}

function isInt64OrUint64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value || BigInt.asUintN(64, value) === value;
}

function members(value: unknown): number {
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return 0;
  const parts: readonly unknown[] = Object.values(value);
  return parts.reduce<number>((sum, part) => sum + members(part), Array.isArray(value) ? 0 : parts.length);
}

function cleanDocument(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null || isRawJSON(value)) return value;
  if (Array.isArray(value)) return value.map(cleanDocument);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [cleanText(name), cleanDocument(part)]),
  );
}
