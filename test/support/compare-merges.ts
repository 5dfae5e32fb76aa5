import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Cells, Tables } from './tables.ts';

export type TrueRecord = NonNullable<ReturnType<Sandbox['world']['truth']['record']>>;

/** `merged_id` to `into_id`. */
async function mergesOf(tables: Tables, object: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tables.rows('merges');
  const own = rows.filter((row) => row['object_type'] === object);
  return new Map(own.map((row) => [String(row['merged_id']), String(row['into_id'])]));
}

/** What a record has become in the end, through however many merges. */
export function survivorOf(sandbox: Sandbox, object: string, record: TrueRecord): TrueRecord {
  return chainOf(sandbox, object, record).at(-1) ?? record;
}

/** What a record was merged into, what that was merged into, and so on. */
function chainOf({ world }: Sandbox, object: string, record: TrueRecord): readonly TrueRecord[] {
  const chain: TrueRecord[] = [];
  for (let at = record; at.mergedInto !== undefined; chain.push(at)) {
    at = world.truth.record(object, at.mergedInto)!;
  }
  return chain;
}

/** The row of a record that was merged away into one that is there. */
export function compareMergedRow(
  sandbox: Sandbox,
  object: string,
  record: TrueRecord,
  row: Cells,
): readonly string[] {
  if (row['_deleted_at'] === null) return ['merged, but its row lives'];
  const into = row['_merged_into_id'];
  if (typeof into !== 'string') return [`merged into ${record.mergedInto}, but its row does not say so`];
  const chain = chainOf(sandbox, object, record).map(({ id }) => id);
  return chain.includes(into) ? [] : [`merged into ${chain.join(', then ')}, but its row says ${into}`];
}

/**
 * Whatever a record that is there has swallowed leads to it in `merges`, also where that never had a row. And nothing leads
 * where it never went, or to what was deleted for good.
 */
export async function compareMerges(
  tables: Tables,
  sandbox: Sandbox,
  object: string,
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const merges = await mergesOf(tables, object);
  const isMerged = (id: string | undefined): boolean =>
    id !== undefined && truth.record(object, id)?.state === 'merged';
  const found: string[] = [];
  for (const record of truth.records(object)) {
    // What a privacy deletion leaves in the bin tells of no merge.
    if (record.erased || (record.state !== 'active' && record.state !== 'archived')) continue;
    for (const id of swallowedBy(record)) {
      // A merge that was taken back may keep its row: what lives again leads no further.
      let end: string | undefined = id;
      while (isMerged(end)) end = merges.get(end!);
      if (end !== record.id)
        found.push(`${object} ${id}: merges lead to ${end ?? 'nothing'}, not to ${record.id}`);
    }
  }
  for (const [id, into] of merges) {
    const survivor = truth.record(object, into);
    if (survivor === undefined || !swallowedBy(survivor).includes(id)) {
      found.push(`${object} ${id}: merges say that it went into ${into}, which it never did`);
    } else if (survivor.erased || survivor.gone === 'deleted') {
      found.push(`${object} ${into}: deleted for good, but merges say that ${id} went into it`);
    }
  }
  return found;
}

/** Also of one that is gone, or of which the merge was taken back. */
function swallowedBy({ properties }: TrueRecord): readonly string[] {
  return (properties['hs_merged_object_ids'] ?? '').split(';').filter(Boolean);
}
