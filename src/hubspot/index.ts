export { cleanKey } from './clean-key.ts';
export { fingerprint } from './fingerprint.ts';
export { keyKind, wrongKind } from './key-kind.ts';
export { openHubspot, type Hubspot, type HubspotOptions } from './hubspot.ts';
export { nextMidnight } from './next-midnight.ts';
