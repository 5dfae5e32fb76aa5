import { fingerprint, keysIn, type KeySlot } from '../hubspot/index.ts';
import type { StoredKey } from '../service-key.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { keySlots } from './key-slots.ts';
import { openToRead } from './open-to-read.ts';

export interface KeyStatusReport {
  /** Where keys are remembered, for people. */
  readonly warehouse: string;
  readonly portalId: string | undefined;
  /** The one in use first, then those that stand in a slot, then the others, the latest one first. */
  readonly keys: readonly KeyStatus[];
}

export interface KeyStatus extends Partial<Omit<StoredKey, 'slot' | 'portalId'>> {
  /** The setting in which it stands now; absent where it stands in none. */
  readonly slot?: string;
  /** Whether no other key can come to stand there while a run goes on. */
  readonly fixed?: boolean;
  /** `new`: stands in a slot, and nothing has synced with it · `replaced`: another one is used in its place. */
  readonly state: 'in use' | 'new' | 'replaced';
}

/** Which keys there are and were, and what is known of them. Asks HubSpot nothing, and writes nothing. */
export async function keyStatus(parts: AppParts): Promise<KeyStatusReport> {
  const warehouse = await openToRead(parts);
  try {
    const portalId = await warehouse.portalId();
    return { warehouse: warehouse.label, portalId, keys: await keysKnown(parts, warehouse) };
  } finally {
    await warehouse.close();
  }
}

/** Those that stand in a slot, and those that once did, the one in use first. */
export async function keysKnown(
  { settings }: Pick<AppParts, 'settings'>,
  warehouse: Warehouse,
): Promise<readonly KeyStatus[]> {
  const secret = await warehouse.fingerprintSecret();
  return statuses(keySlots(settings), await warehouse.serviceKeys(), secret);
}

function statuses(
  slots: readonly KeySlot[],
  stored: readonly StoredKey[],
  secret: string | undefined,
): readonly KeyStatus[] {
  const found = keysIn(slots).map(({ slot, key }): KeyStatus => {
    const fixed = slots.every(({ name, changes }) => name !== slot || !changes);
    const shown = secret === undefined ? undefined : fingerprint(key, secret);
    const known = stored.find((each) => each.fingerprint === shown);
    if (known !== undefined) return { ...statusOf(known), slot, fixed };
    return { slot, fixed, state: 'new', ...(shown !== undefined && { fingerprint: shown }) };
  });
  const gone = stored
    .filter((each) => found.every((there) => there.fingerprint !== each.fingerprint))
    .map(statusOf)
    .toSorted((a, b) => (b.lastUsedAt ?? 0) - (a.lastUsedAt ?? 0));
  const all = [...found, ...gone];
  return all.toSorted((a, b) => Number(b.state === 'in use') - Number(a.state === 'in use'));
}

function statusOf({ slot: _, portalId: __, ...known }: StoredKey): KeyStatus {
  return { ...known, state: known.replacedAt === undefined ? 'in use' : 'replaced' };
}
