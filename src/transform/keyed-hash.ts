import { createHmac } from 'node:crypto';
import type { KeyedHash } from '../privacy.ts';

/** HMAC-SHA-256 of the value's UTF-8 as HubSpot gives it, in lower-case hex. */
export function keyedHash(key: string): KeyedHash {
  const of = (value: string): string => createHmac('sha256', key).update(value, 'utf8').digest('hex');
  return { of, fingerprint: of(fingerprinted).slice(0, 12) };
}

/** Longer than what anybody would hash, so that no value's hash shows the fingerprint. */
const fingerprinted = 'the fingerprint of the key that Keyway hashes values with';
