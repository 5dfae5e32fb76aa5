import { createHash } from 'node:crypto';
import { cleanText } from './text.ts';

/** Something that HubSpot gives a name, and when it did; its own things have no date or the oldest. */
export interface Named {
  readonly name: string;
  readonly createdAt: string | null;
}

export interface DistinctRules {
  /** Bytes of an identifier at most. */
  readonly identifierBytes: number;
  /** Names that are in use already, whatever their case. */
  readonly used: readonly string[];
}

/**
 * A name in the warehouse for each: its own, unless that is too long, is in use, or differs from an older one's only in case.
 * Then it ends in a hash of its own name, which stays the same whatever else comes or goes.
 */
export function distinctNames(
  all: readonly Named[],
  { identifierBytes, used: before }: DistinctRules,
): ReadonlyMap<string, string> {
  const used = new Set(before.map((name) => name.toLowerCase()));
  const names = new Map<string, string>();
  for (const { name } of all.toSorted(olderFirst)) {
    let chosen = name;
    // Somebody may have named a property like the hashed name of another.
    for (let round = 0; !fits(chosen, identifierBytes) || used.has(chosen.toLowerCase()); round++) {
      chosen = hashed(name, identifierBytes, round);
    }
    used.add(chosen.toLowerCase());
    names.set(name, chosen);
  }
  return names;
}

/** Postgres takes neither NUL nor half a surrogate pair. */
function fits(name: string, limit: number): boolean {
  return Buffer.byteLength(name) <= limit && cleanText(name) === name;
}

function olderFirst(a: Named, b: Named): number {
  const [left, right] = [a.createdAt ?? '', b.createdAt ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.name < b.name ? 1 : -1;
}

function hashed(name: string, limit: number, round: number): string {
  const text = round === 0 ? name : `${name} ${round}`;
  const suffix = `_${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  return cut(cleanText(name), limit - suffix.length) + suffix;
}

/** At most `limit` bytes of UTF-8, cut between characters. */
function cut(name: string, limit: number): string {
  let kept = '';
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > limit) break;
    kept += character;
  }
  return kept;
}
