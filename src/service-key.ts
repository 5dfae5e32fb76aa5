import type { CallsOfKey } from './cost.ts';

/** Where HubSpot's menu has them: in one place or in the other, depending on the account. */
export const serviceKeyPlaces =
  'Settings → Integrations → Service Keys, or Development → Keys → Service Keys';

/** A Service Key that a run goes on with: what may be told of it, which is never its value. */
export interface KeyUse {
  readonly portalId: string;
  readonly fingerprint: string;
  /** The setting in which it stands. */
  readonly slot: string;
  /** Where HubSpot tells them. */
  readonly scopes?: readonly string[];
  /** Keys that stand in other slots, and that this one goes before. */
  readonly passedOver: readonly { readonly fingerprint: string; readonly slot: string }[];
}

/** A Service Key as the warehouse remembers it. Instants are milliseconds since the epoch. */
export interface StoredKey {
  readonly fingerprint: string;
  readonly portalId: string;
  /** The setting in which it last stood. */
  readonly slot: string;
  readonly scopes?: readonly string[];
  /** Absent, as `lastUsedAt`: nothing was ever asked with it, since another one went before it. */
  readonly firstUsedAt?: number;
  readonly lastUsedAt?: number;
  /** Since when another key is used in its place. */
  readonly replacedAt?: number;
  /** In all runs that have ended. */
  readonly calls: number;
}

/** Calls of a run that were made with one key. */
export interface RunCalls extends CallsOfKey {
  readonly keyFingerprint: string;
}
