import type { CallsOfKey } from '../cost.ts';
import type { Client } from './client.ts';
import { fingerprint } from './fingerprint.ts';
import type { KnownKey } from './key-ring.ts';

/** A key that stands in a slot or was tried: all but its value. */
export interface UsedKey extends Pick<KnownKey, 'slot' | 'state' | 'scopes'> {
  readonly calls: readonly CallsOfKey[];
  /** What may be shown of it. */
  fingerprint(secret: string): string;
}

export function usedKeys(client: Client): readonly UsedKey[] {
  const calls = client.usageByKey();
  return client.keys.known().map(({ key, slot, state, scopes }) => ({
    slot,
    state,
    ...(scopes && { scopes }),
    calls: calls.get(key) ?? [],
    fingerprint: (secret) => fingerprint(key, secret),
  }));
}
