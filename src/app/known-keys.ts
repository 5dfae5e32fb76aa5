import { fingerprint, type KeyStanding } from '../hubspot/index.ts';
import type { Warehouse } from '../warehouse.ts';

/** What earlier runs know of a key: of two keys, the one that was replaced is not to see a call any more. */
export async function knownKeys(warehouse: Warehouse): Promise<(key: string) => KeyStanding> {
  const secret = await warehouse.fingerprintSecret();
  if (secret === undefined) return () => 'new';
  const stored = new Map((await warehouse.serviceKeys()).map((key) => [key.fingerprint, key]));
  return (key) => {
    const known = stored.get(fingerprint(key, secret));
    if (known === undefined) return 'new';
    return known.replacedAt === undefined ? 'used' : 'replaced';
  };
}
