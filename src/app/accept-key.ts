import type { Hubspot, KeyDemands } from '../hubspot/index.ts';
import type { Account } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { keyNeeds } from './key-needs.ts';
import { keySlots } from './key-slots.ts';
import { sameAccount } from './same-account.ts';

/**
 * The account that is read from now on. A key of another one is not accepted, nor is one that may read less while there is
 * one that may read what is needed. Throws `account_mismatch` or `key_refused`. Writes nothing.
 */
export async function acceptKey(
  parts: AppParts,
  { source, warehouse }: { readonly source: Hubspot; readonly warehouse: Warehouse },
  requested: readonly string[],
): Promise<Account> {
  const account = await source.demand(await keyDemands(parts, warehouse, requested), parts.signal);
  await sameAccount(warehouse, account);
  return account;
}

/** What a key has to prove before it is used. */
export async function keyDemands(
  parts: AppParts,
  warehouse: Warehouse,
  requested: readonly string[],
): Promise<KeyDemands> {
  const portalId = await warehouse.portalId();
  if (portalId === undefined) return { needs: keyNeeds(parts, { synced: [], keys: [], requested }) };
  return { portalId, needs: await needsIn(parts, warehouse, requested) };
}

async function needsIn(
  parts: AppParts,
  warehouse: Warehouse,
  requested: readonly string[],
): Promise<ReturnType<typeof keyNeeds>> {
  const slots = keySlots(parts.settings);
  // A single key that cannot change has nothing to be compared with.
  if (slots.length === 1 && !slots.some(({ changes }) => changes)) return [];
  const checkpoints = await warehouse.checkpoints();
  return keyNeeds(parts, { synced: [...checkpoints.keys()], keys: await warehouse.serviceKeys(), requested });
}
