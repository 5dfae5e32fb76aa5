import { fingerprint, keysIn, type KeyStanding } from '../hubspot/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { keySlots } from './key-slots.ts';
import { openToRead } from './open-to-read.ts';

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

/** The same for a look, which a warehouse that cannot be used does not keep from being taken. */
export async function standingOf(parts: AppParts): Promise<((key: string) => KeyStanding) | undefined> {
  if (keysIn(keySlots(parts.settings)).length < 2) return undefined;
  try {
    const warehouse = await openToRead(parts);
    try {
      return await knownKeys(warehouse);
    } finally {
      await warehouse.close();
    }
  } catch {
    parts.signal.throwIfAborted();
    return undefined;
  }
}
