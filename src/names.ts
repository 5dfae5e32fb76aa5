import { createHash } from 'node:crypto';
import type { Spelling } from './limits.ts';

/** What something can be called. */
export interface NameLimits {
  readonly identifierBytes: number;
  /** Absent: with whatever characters. */
  readonly spelling?: Spelling | undefined;
}

/** Whether a warehouse can have a table or a column of this name. */
export function fitsName(name: string, { identifierBytes, spelling }: NameLimits): boolean {
  if (Buffer.byteLength(name) > identifierBytes || held(name) !== name) return false;
  return spelling === undefined || spelt(name, spelling) === name;
}

/**
 * The name as far as the warehouse can have it, and a hash of all of it, which tells it from others that look like it then.
 * `round` makes another one of the same name.
 */
export function hashedName(name: string, { identifierBytes, spelling }: NameLimits, round = 0): string {
  const text = round === 0 ? name : `${name} ${round}`;
  const suffix = `_${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  const kept = spelling === undefined ? held(name) : spelt(held(name), spelling);
  return cut(kept, identifierBytes - suffix.length) + suffix;
}

/** No warehouse takes NUL or half a surrogate pair. */
function held(name: string): string {
  return name.toWellFormed().replaceAll('\0', '');
}

/** The nearest name that is spelt as wanted: the name itself, if it is. */
function spelt(name: string, { character, first, prefixes }: Spelling): string {
  const replaced = Array.from(
    name,
    (each) => [each, each.toLowerCase()].find((one) => character.test(one)) ?? '_',
  ).join('');
  const lower = replaced.toLowerCase();
  const begins = first.test(replaced.charAt(0)) && !prefixes.some((prefix) => lower.startsWith(prefix));
  return begins ? replaced : `n${replaced}`;
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
