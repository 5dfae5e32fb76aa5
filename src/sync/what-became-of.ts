import { binSeenAt } from '../checkpoint.ts';
import type { Scan, SourceRecord } from '../source.ts';
import type { StoredId } from '../warehouse.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import type { Portion } from './portion.ts';
import { isTurnedBack } from './turned-back.ts';

/**
 * Looks for the records of rows that HubSpot no longer shows where it did: they may live, may have been merged away, may
 * be in the recycle bin, or are gone. One that is restored meanwhile could slip between the two places: so only what is
 * in neither when asked again counts as gone, and of new ones only what stays so for as long as an answer may be late.
 */
export async function* whatBecameOf(run: ObjectRun, absent: readonly StoredId[]): AsyncIterable<Portion> {
  const stored = new Map(absent.map((row) => [row.id, row]));
  const inNeither: string[] = [];
  for await (const found of search(run, [...stored.keys()], ['living', 'bin'])) {
    inNeither.push(...found.missing);
    yield { ...(await byVersion(run, stored, found)), gone: [] };
  }
  for await (const found of search(run, inNeither, ['surely living'])) {
    const unknown = found.missing.filter((id) => stored.get(id)?.living === true && run.unread.isNew(id));
    run.unread.noteUnknown(unknown);
    const known = found.missing.filter((id) => !unknown.includes(id));
    const gone = known.map((id) => {
      const row = stored.get(id);
      return { id, expired: row !== undefined && isExpired(run, row) };
    });
    yield { ...(await byVersion(run, stored, found)), gone };
  }
}

/**
 * Looks for records that a list has shown and a read has not found: they may have been moved or merged since. What is nowhere
 * may be gone by now, or be too new for what has answered: the next runs ask for it again.
 */
export async function* whereaboutsOf(run: ObjectRun, shown: readonly string[]): AsyncIterable<Portion> {
  for await (const { records, merged, missing } of search(run, shown, ['bin', 'surely living'])) {
    run.unread.noteUnknown(missing);
    yield { records, merged, gone: [] };
  }
}

/** One answer could be an old one: only what a second one bears out is written over a later version. */
async function byVersion(
  run: ObjectRun,
  stored: ReadonlyMap<string, StoredId>,
  { records, merged }: Found,
): Promise<Pick<Portion, 'records' | 'merged' | 'turnedBack'>> {
  const isBack = (record: SourceRecord): boolean => isTurnedBack(run, stored.get(record.id), record);
  const doubtful = records.filter(isBack);
  if (doubtful.length === 0) return { records, merged };
  const again = await secondAnswers(run, doubtful);
  return {
    records: [...records, ...again.records].filter((record) => !isBack(record)),
    merged: [...merged, ...again.merged],
    turnedBack: again.records.filter(isBack),
  };
}

async function secondAnswers(
  run: ObjectRun,
  records: readonly SourceRecord[],
): Promise<Pick<Found, 'records' | 'merged'>> {
  const found = { records: [] as SourceRecord[], merged: [] as Found['merged'][number][] };
  for (const archived of [false, true]) {
    const ids = records.filter((record) => record.archived === archived).map(({ id }) => id);
    if (ids.length === 0) continue;
    for await (const page of readRecords(run, { kind: 'ids', ids, archived })) {
      found.records.push(...page.records);
      found.merged.push(...page.merged);
    }
  }
  return found;
}

type Place = 'living' | 'bin' | 'surely living';
type Found = Pick<Portion, 'records' | 'merged'> & { readonly missing: readonly string[] };

/** What is in none of the places is `missing` in the last one's answers. */
export async function* search(
  run: ObjectRun,
  ids: readonly string[],
  [place, ...others]: readonly Place[],
): AsyncIterable<Found> {
  if (place === undefined || ids.length === 0) return;
  const scan: Scan = { kind: 'ids', ids, archived: place === 'bin', verified: place === 'surely living' };
  for await (const { records, merged, missing } of readRecords(run, scan)) {
    if (others.length === 0) yield { records, merged, missing };
    else {
      yield { records, merged, missing: [] };
      yield* search(run, missing, others);
    }
  }
}

const hour = 3_600_000;
const day = 24 * hour;
/** HubSpot docs, Restore deleted records: the recycle bin keeps them for 90 days. */
const binRetention = 90 * day;

/**
 * Its time was over, and it was still in the bin shortly before: in doubt, somebody has deleted it for good. An hour of
 * grace, for HubSpot's clock is known only as far as its answers tell.
 */
function isExpired({ context, batcher }: ObjectRun, { archivedAt }: StoredId): boolean {
  if (archivedAt === undefined || context.source.now() - archivedAt < binRetention - hour) return false;
  const lookedAt = binSeenAt(batcher.stored.checkpoint) ?? 0;
  return lookedAt - archivedAt >= binRetention - 10 * day;
}
