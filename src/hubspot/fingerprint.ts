import { createHash } from 'node:crypto';
import { cleanKey } from './clean-key.ts';

/** What may be shown of a key: the first 12 hexadecimal digits of its SHA-256. */
export function fingerprint(key: string): string {
  return createHash('sha256').update(cleanKey(key)).digest('hex').slice(0, 12);
}
