import type { Problem } from '../notify/index.ts';
import { serviceKeyPlaces } from '../service-key.ts';
import type { KeyStatus } from './key-status.ts';

/**
 * Keys that are not used, and one that is to be replaced. HubSpot tells of no day on which it would switch off a key that nobody uses; but a
 * key that stands about is one that can leak (HubSpot Developer Blog, Service Keys), and it advises a new one every six months.
 * A new key that was not taken is told of only where a run has just ended: it had its turn then.
 */
export function keyProblems(
  keys: readonly KeyStatus[],
  now: number,
  hasJustRun: boolean,
): readonly Problem[] {
  const current = keys.find(({ state, slot }) => state === 'in use' && slot !== undefined);
  if (current === undefined) return [];
  return keys.flatMap((key): Problem[] => {
    const { slot, fingerprint, state } = key;
    if (slot === undefined || fingerprint === undefined) return [];
    if (state === 'replaced') return [problem(`replaced/${fingerprint}`, replaced(slot, fingerprint))];
    if (state === 'new')
      return hasJustRun ? [problem(`waiting/${fingerprint}`, waiting(slot, fingerprint))] : [];
    const isOld = now - (key.firstUsedAt ?? now) > oldAge;
    return isOld ? [problem(`old/${fingerprint}`, old(slot, fingerprint))] : [];
  });
}

function problem(what: string, text: string): Problem {
  return { id: `key/${what}`, kind: 'key', text };
}

/** Milliseconds: HubSpot advises a new key every six months (HubSpot docs, Service Keys). */
const oldAge = 182 * 86_400_000;

function replaced(slot: string, fingerprint: string): string {
  return `The key in ${slot} (${fingerprint}) is not used any more: another one has taken over. See in HubSpot under ${serviceKeyPlaces} that nothing else uses it, delete it there, and empty the slot`;
}

function waiting(slot: string, fingerprint: string): string {
  return `The new key in ${slot} (${fingerprint}) was not taken into use: keyway keys verify says what it lacks`;
}

function old(slot: string, fingerprint: string): string {
  return `The key in ${slot} (${fingerprint}) is in use for more than six months: HubSpot advises a new one. Put it into the other slot, and it takes over by itself`;
}
