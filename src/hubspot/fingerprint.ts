import { createHmac } from 'node:crypto';
import { pastedKey } from '../pasted-key.ts';

/**
 * What may be shown of a key: 12 hexadecimal digits of a hash that is keyed with a secret of the installation, so that
 * fingerprints of two installations cannot be matched.
 */
export function fingerprint(key: string, secret: string): string {
  return createHmac('sha256', secret).update(pastedKey(key)).digest('hex').slice(0, 12);
}
