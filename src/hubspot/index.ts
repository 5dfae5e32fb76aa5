export { cleanKey } from './clean-key.ts';
export { fingerprint } from './fingerprint.ts';
export { keyKind, wrongKind } from './key-kind.ts';
export type { KeyNeed } from './key-demands.ts';
export type { KeyStanding } from './key-ring.ts';
export { keysIn, type KeySlot } from './key-slots.ts';
export type { UsedKey } from './used-keys.ts';
export { openHubspot, type Hubspot, type HubspotOptions } from './hubspot.ts';
export { nextMidnight } from './next-midnight.ts';
