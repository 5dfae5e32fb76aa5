/** Who may write to a warehouse for now. */
export interface Lease {
  readonly name: string;
  /** Unique per process: a host, a pid and a random part. */
  readonly holder: string;
  /** Milliseconds after which an unrenewed lease is free. */
  readonly ttl: number;
  /** Who asks, for people: command, host and pid. */
  readonly label: string;
}

export type LeaseGrant =
  | { readonly granted: true }
  | { readonly granted: false; readonly label: string; readonly holder: string; readonly expiresIn: number };
