export { cleanKey } from './clean-key.ts';
export { fingerprint } from './fingerprint.ts';
export { openHubspot, type Hubspot, type HubspotOptions } from './hubspot.ts';
export type { Limits } from './budget.ts';
export type { Timeouts } from './transport.ts';
