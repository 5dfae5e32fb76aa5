import type { Instant, SourceRecord } from '../source.ts';
import type { StoredId } from '../warehouse.ts';
import type { ObjectRun } from './object-run.ts';

/**
 * Tells rows that are newer than their record without HubSpot being behind: it has once told a later time of change than the
 * record bears now, such as one in the future. No version that it has now would ever pass for newer, so that what it has
 * now is written all the same.
 */
export function isTurnedBack(
  { context, startedAt }: ObjectRun,
  stored: Pick<StoredId, 'updatedAt'> | undefined,
  record: SourceRecord,
): boolean {
  const at: Instant | undefined = stored?.updatedAt;
  if (at === undefined || at <= Date.parse(record.updatedAt)) return false;
  // A version of the last hour may be one that a list or a replica does not show yet.
  return at > startedAt + day || at < startedAt - Math.max(hour, context.settings.settleAfter);
}

const hour = 3_600_000;
const day = 24 * hour;
