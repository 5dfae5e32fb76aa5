import { fingerprint, keysIn, type Hubspot, type KeyDemands, type KeyStanding } from '../hubspot/index.ts';
import type { Account } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import { keyDemands } from './accept-key.ts';
import type { AppParts } from './app.ts';
import { keySlots } from './key-slots.ts';
import { openSource } from './open-source.ts';
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

/** For a look: a source, and the account that it reads with the key that a sync would use, too. */
export async function openToLook(
  parts: AppParts,
  requested: readonly string[],
): Promise<{ readonly source: Hubspot; readonly accountOf: () => Promise<Account> }> {
  const known = await knownBefore(parts, requested);
  const source = openSource(parts, known?.standing);
  const { signal } = parts;
  return {
    source,
    accountOf: () => (known === undefined ? source.account(signal) : source.demand(known.demands, signal)),
  };
}

interface KnownBefore {
  readonly standing: (key: string) => KeyStanding;
  readonly demands: KeyDemands;
}

/** What decides between two keys; nothing where the warehouse cannot be used, which does not keep a look from being taken. */
async function knownBefore(parts: AppParts, requested: readonly string[]): Promise<KnownBefore | undefined> {
  if (keysIn(keySlots(parts.settings)).length < 2) return undefined;
  try {
    const warehouse = await openToRead(parts);
    try {
      return { standing: await knownKeys(warehouse), demands: await keyDemands(parts, warehouse, requested) };
    } finally {
      await warehouse.close();
    }
  } catch {
    parts.signal.throwIfAborted();
    return undefined;
  }
}
