import { backfilledRecords } from '../backfill.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import { count } from '../figures.ts';

type Described = Pick<BackfillCheckpoint, 'span' | 'ids' | 'properties'>;

/** `modified from 2026-01-01 00:00:00 UTC up to …, only email`: what a backfill is of. */
export function backfillText({ properties, ...records }: Described): string {
  const which = backfilledRecords(records);
  return properties === undefined ? which : `${which}, only ${properties.join(', ')}`;
}

/** `12,400 of about 20,000 read`. */
export function backfillProgress({ read, expected }: Pick<BackfillCheckpoint, 'read' | 'expected'>): string {
  return expected >= read ? `${count(read)} of about ${count(expected)} read` : `${count(read)} read`;
}

/** Ids that HubSpot does not know, for people; nothing where it knows all. */
export function unknownText({ unknown }: Pick<BackfillCheckpoint, 'unknown'>): string | undefined {
  if (unknown === undefined) return undefined;
  const more = unknown.count > unknown.ids.length ? ', …' : '';
  return `HubSpot knows no record of ${count(unknown.count)} of the ids: ${unknown.ids.join(', ')}${more}`;
}
