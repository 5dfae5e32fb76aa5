import { KeywayError } from '../errors.ts';
import type { Scan } from '../source.ts';
import type { StoredId } from '../warehouse.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import type { Gone, Portion } from './portion.ts';

/**
 * Looks for the records of rows that HubSpot no longer shows where it did: they may live, may have been merged away, may
 * be in the recycle bin, or are gone. One that is restored meanwhile could slip between the two places: so only what is
 * in neither when asked again counts as gone.
 */
export async function* whatBecameOf(run: ObjectRun, absent: readonly StoredId[]): AsyncIterable<Portion> {
  const stored = new Map(absent.map((row) => [row.id, row]));
  const inNeither: string[] = [];
  for await (const found of search(run, [...stored.keys()], ['living', 'bin'])) {
    inNeither.push(...found.missing);
    yield { ...found, gone: [] };
  }
  for await (const found of search(run, inNeither, ['living'])) {
    const gone = found.missing.map((id) => {
      const row = stored.get(id);
      return { id, expired: row !== undefined && isExpired(run, row) };
    });
    await allow(run, gone);
    yield { ...found, gone };
  }
}

type Place = 'living' | 'bin';
type Found = Pick<Portion, 'records' | 'merged'> & { readonly missing: readonly string[] };

/** What is in none of the places is `missing` in the last one's answers. */
async function* search(
  run: ObjectRun,
  ids: readonly string[],
  [place, ...others]: readonly Place[],
): AsyncIterable<Found> {
  if (place === undefined || ids.length === 0) return;
  const scan: Scan = { kind: 'ids', ids, archived: place === 'bin' };
  for await (const { records, merged, missing } of readRecords(run, scan)) {
    if (others.length === 0) yield { records, merged, missing };
    else {
      yield { records, merged, missing: [] };
      yield* search(run, missing, others);
    }
  }
}

const day = 86_400_000;
/** HubSpot docs, Restore deleted records: the recycle bin keeps them for 90 days. */
const binRetention = 90 * day;

/** Its time was over, and it was still in the bin shortly before: in doubt, somebody has deleted it for good. */
function isExpired({ startedAt, batcher }: ObjectRun, { archivedAt }: StoredId): boolean {
  const { checkpoint } = batcher.stored;
  const lookedAt =
    (checkpoint !== undefined && 'bin' in checkpoint ? checkpoint.bin?.startedAt : undefined) ?? 0;
  if (archivedAt === undefined || startedAt - archivedAt < binRetention) return false;
  return lookedAt - archivedAt >= binRetention - 10 * day;
}

/** Deleting clears rows: that many at once is rather HubSpot's mistake, or the key's, than somebody's wish. */
async function allow(run: ObjectRun, gone: readonly Gone[]): Promise<void> {
  const { context, pipeline } = run;
  run.deletions += gone.filter(({ expired }) => !expired).length;
  if (context.settings.acceptDeletions || run.deletions <= fewDeletions) return;
  const rows = await context.warehouse.countLiving({ table: pipeline.name });
  if (run.deletions <= rows * smallShare) return;
  throw new KeywayError(
    'mass_deletion',
    `HubSpot says that more than ${fewDeletions} of ${rows} ${pipeline.name} were deleted for good since the last look. The rest of their rows is kept. If it is true, run keyway reconcile ${pipeline.name} --accept-deletions.`,
    { verdict: 'retry', details: { pipeline: pipeline.name, deletions: run.deletions, rows } },
  );
}

const fewDeletions = 1000;
const smallShare = 0.05;
