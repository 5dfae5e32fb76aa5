import type { Hubspot } from '../hubspot/index.ts';

/** What every run asks first: what the key may read, for the record, and how much of the account's day is left. */
export async function lookAround(source: Hubspot, signal: AbortSignal): Promise<void> {
  await source.scopes(signal);
  await source.day(signal);
}
