import { requireKey } from '../../config/index.ts';
import { asKeywayError, KeywayError } from '../errors.ts';
import { fingerprint, keysIn, type KeyNeed, type SlotKey } from '../hubspot/index.ts';
import type { Account } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { keyNeeds } from './key-needs.ts';
import { keySlots } from './key-slots.ts';
import { knownKeys } from './known-keys.ts';
import { mayWrite } from './may-write.ts';
import { openSourceOf } from './open-source.ts';
import { openToRead } from './open-to-read.ts';
import { sameAccount } from './same-account.ts';

export interface KeyVerification {
  readonly slot: string;
  /** Once something has synced. */
  readonly fingerprint?: string;
  /** Whether it may take over. */
  readonly fit: boolean;
  readonly account: Account | undefined;
  /** How many pipelines it has to be able to read. */
  readonly pipelines: number;
  /** What it lacks for them. */
  readonly missing: readonly KeyNeed[];
  /** Scopes that may change data in HubSpot, and that nothing needs. */
  readonly writing: readonly string[];
  /** Why it is refused. */
  readonly error?: KeywayError;
}

/**
 * Whether keys that nothing has synced with yet are fit to take over. Writes nothing, and asks nothing with the keys that are in
 * use or were. Throws `key_missing` when there is no new key.
 */
export async function verifyKeys(parts: AppParts): Promise<readonly KeyVerification[]> {
  requireKey(parts.settings);
  const warehouse = await openToRead(parts);
  try {
    const standing = await knownKeys(warehouse);
    const waiting = keysIn(keySlots(parts.settings)).filter(({ key }) => standing(key) === 'new');
    if (waiting.length === 0) throw noneWaits();
    const portalId = await warehouse.portalId();
    const isBegun = portalId !== undefined;
    const synced = isBegun ? [...(await warehouse.checkpoints()).keys()] : [];
    const keys = await warehouse.serviceKeys();
    const secret = await warehouse.fingerprintSecret();
    const needs = keyNeeds(parts, { synced, keys });
    const needed = new Set(
      [...needs, ...keyNeeds(parts, { synced, keys: [] })].flatMap(({ anyOf }) => anyOf),
    );
    const verifying = { parts, warehouse, needs, needed };
    const found: KeyVerification[] = [];
    for (const each of waiting) {
      const shown = secret === undefined ? {} : { fingerprint: fingerprint(each.key, secret) };
      found.push({ ...shown, ...(await verify(verifying, each)) });
    }
    return found;
  } finally {
    await warehouse.close();
  }
}

interface Verifying {
  readonly parts: AppParts;
  readonly warehouse: Warehouse;
  readonly needs: readonly KeyNeed[];
  /** Scopes that something wants, whether or not the key before has them. */
  readonly needed: ReadonlySet<string>;
}

async function verify(
  { parts, warehouse, needs, needed }: Verifying,
  { slot, key }: SlotKey,
): Promise<KeyVerification> {
  const source = openSourceOf(parts, slot, { reveal: () => key });
  const about = { slot, pipelines: new Set(needs.map(({ pipeline }) => pipeline)).size };
  let account: Account | undefined;
  try {
    account = await source.account(parts.signal);
    await sameAccount(warehouse, account);
    const scopes = await source.scopes(parts.signal);
    const missing = await source.unmet(needs, parts.signal);
    const writing = (scopes ?? []).filter((scope) => mayWrite(scope) && !needed.has(scope));
    return { ...about, account, fit: missing.length === 0, missing, writing };
  } catch (thrown) {
    parts.signal.throwIfAborted();
    return { ...about, account, fit: false, missing: [], writing: [], error: asKeywayError(thrown) };
  } finally {
    await source.close();
  }
}

function noneWaits(): KeywayError {
  return new KeywayError(
    'key_missing',
    'No new key waits to take over: every key in a slot has been used already. Create one in HubSpot, and put it into HUBSPOT_SERVICE_KEY_NEXT, or into HUBSPOT_SERVICE_KEY where that slot is free.',
  );
}
