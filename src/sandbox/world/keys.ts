import { hash } from '../random.ts';
import { day } from './base.ts';

export interface Key {
  readonly value: string;
  readonly scopes: readonly string[];
  /** The instant from which the key is refused. */
  readonly endsAt: number;
  readonly tokenInfo: TokenInfo;
}

/** What asking HubSpot for the scopes of a key leads to: it is in none of its documents, and known to fail at times. */
type TokenInfo = 'answers' | 'not found' | 'forbidden';

/** The account's service keys. */
export interface Keys {
  readonly current: string;
  /** Every key that there ever was. */
  readonly all: readonly string[];
  /**
   * A new value with the same scopes, of the current key unless another is named; with grace the old one works for 7 more days,
   * otherwise it dies at once.
   */
  rotate(how: 'grace' | 'now', value?: string): string;
  /** Ends a key: the current one unless another is named. */
  revoke(value?: string): void;
  add(scopes: readonly string[]): string;
  /** Gives the current key other scopes. */
  grant(scopes: readonly string[]): void;
  /** What asking for the scopes of a key leads to; for the current one unless another is named. */
  setTokenInfo(tokenInfo: TokenInfo, value?: string): void;
  find(value: string): Key | undefined;
}

export function openKeys(
  first: { key: string; seed: number; scopes: readonly string[] },
  now: () => number,
): Keys {
  const keys = new Map<string, Key>();
  let made = 0;
  const make = (scopes: readonly string[], value = newValue(first.seed, (made += 1))): string => {
    keys.set(value, { value, scopes, endsAt: Infinity, tokenInfo: keys.get(value)?.tokenInfo ?? 'answers' });
    return value;
  };
  let current = make(first.scopes, first.key === '' ? undefined : first.key);
  const end = (value: string, endsAt: number): void => {
    const key = keys.get(value);
    if (key !== undefined) keys.set(value, { ...key, endsAt: Math.min(key.endsAt, endsAt) });
  };
  return {
    get current() {
      return current;
    },
    get all() {
      return [...keys.keys()];
    },
    rotate(how, value = current) {
      end(value, how === 'grace' ? now() + 7 * day : now());
      const rotated = make(keys.get(value)?.scopes ?? []);
      if (value === current) current = rotated;
      return rotated;
    },
    revoke: (value = current) => end(value, now()),
    add: (scopes) => make(scopes),
    grant: (scopes) => void make(scopes, current),
    setTokenInfo(tokenInfo, value = current) {
      const key = keys.get(value);
      if (key === undefined) throw new RangeError('there is no such key');
      keys.set(value, { ...key, tokenInfo });
    },
    find(value) {
      const key = keys.get(value);
      return key !== undefined && now() < key.endsAt ? key : undefined;
    },
  };
}

function newValue(seed: number, k: number): string {
  const hex = [1, 2, 3, 4].map((i) => hash(seed, k, i).toString(16).padStart(8, '0')).join('');
  const uuid = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-');
  return `pat-na1-${uuid}`;
}
