import { KeywayError } from '../../../src/errors.ts';
import type { KeyUse, RunCalls, StoredKey } from '../../../src/service-key.ts';
import { tick, type MemoryState } from './store.ts';

export function useKey(state: MemoryState, key: KeyUse): void {
  if ([...state.keys.values()].some(({ portalId }) => portalId !== key.portalId)) {
    throw new KeywayError('account_mismatch', 'This warehouse holds the data of another account.');
  }
  const now = tick(state);
  for (const { fingerprint, slot } of key.passedOver) {
    if (!state.keys.has(fingerprint))
      state.keys.set(fingerprint, { fingerprint, slot, portalId: key.portalId, calls: 0 });
  }
  for (const stored of state.keys.values())
    state.keys.set(stored.fingerprint, { replacedAt: now, ...stored });
  const { replacedAt: _, ...before } = { ...state.keys.get(key.fingerprint) };
  const { fingerprint, portalId, slot, scopes } = key;
  state.keys.set(fingerprint, {
    firstUsedAt: now,
    ...before,
    fingerprint,
    portalId,
    slot,
    ...(scopes && { scopes }),
    lastUsedAt: now,
    calls: 0,
  });
}

export function serviceKeys({ keys, calls }: MemoryState): readonly StoredKey[] {
  const all = [...calls.values()].flat();
  return [...keys.values()]
    .map((key) =>
      withCalls(
        key,
        all.filter(({ keyFingerprint }) => keyFingerprint === key.fingerprint),
      ),
    )
    .sort((a, b) => (a.firstUsedAt ?? Infinity) - (b.firstUsedAt ?? Infinity));
}

function withCalls(key: StoredKey, calls: readonly RunCalls[]): StoredKey {
  if (calls.length === 0) return key;
  return {
    ...key,
    firstUsedAt: Math.min(key.firstUsedAt ?? Infinity, ...calls.map(({ firstAt }) => firstAt)),
    lastUsedAt: Math.max(key.lastUsedAt ?? 0, ...calls.map(({ lastAt }) => lastAt)),
    calls: calls.reduce((sum, each) => sum + each.calls, 0),
  };
}
