import type { Cell } from '../table.ts';
import { cleanText } from './text.ts';

/** A JSON document, verbatim where a warehouse can hold it; its strings cleaned where it could not. */
export function jsonCell(value: string): Cell | undefined {
  try {
    const clean = cleanText(value);
    const parsed: unknown = JSON.parse(clean, refuseHugeNumbers);
    return unsafeEscape.test(clean) ? cleanJson(parsed) : clean;
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

/** In Node since 22; TypeScript's library does not know it yet. Keeps a number's digits through `JSON.stringify`. */
const { rawJSON } = JSON as unknown as { rawJSON: (this: void, text: string) => unknown };

const unsafeEscape = /\\u(?:0000|d[89a-f])/i;

/** jsonb keeps numbers as numeric, which ends at 131,072 digits: an exponent beyond any use is not let through. */
function refuseHugeNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value;
  if (context.source.length > 400 || !Number.isFinite(value)) throw new RangeError('number out of range');
  return rawJSON(context.source);
}

function cleanJson(parsed: unknown): string {
  return JSON.stringify(parsed, (_key, value: unknown) =>
    typeof value === 'string' ? cleanText(value) : value,
  );
}
