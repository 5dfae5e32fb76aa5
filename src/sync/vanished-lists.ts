import { KeywayError } from '../errors.ts';
import type { ListSearch, RecordList } from '../dictionaries.ts';
import type { ListRun } from './list-run.ts';

export interface ListsFound {
  readonly living: readonly RecordList[];
  /** Of those with an open row: deleted, at the time that HubSpot tells, if it does. */
  readonly gone: readonly { readonly id: string; readonly deletedAt: string | null }[];
}

/**
 * Which lists there are, and which no longer. A list that a search lacks is asked for by its id, together with one that
 * there surely is: pages of a search can miss a list, and an answer without anything in it is none.
 */
export async function listsFound(run: ListRun, { lists }: ListSearch): Promise<ListsFound> {
  const { source, signal } = run.context;
  const found = new Map(lists.map((list) => [list.id, list]));
  const missed = [...run.known.keys()].filter((id) => !found.has(id));
  allow(run, missed.length);
  if (missed.length > 0) {
    const [witness] = lists;
    const ids = witness === undefined ? missed : [witness.id, ...missed];
    const again = await source.lists(ids, signal);
    if (witness !== undefined && !again.lists.some(({ id }) => id === witness.id)) throw unbelievable();
    for (const list of again.lists) found.set(list.id, list);
  }
  const gone = [...run.known.keys()].flatMap((id) => {
    const list = found.get(id);
    return list?.deletedAt === null ? [] : [{ id, deletedAt: list?.deletedAt ?? null }];
  });
  return { living: [...found.values()].filter(({ deletedAt }) => deletedAt === null), gone };
}

function allow({ known, pipeline, context }: ListRun, missed: number): void {
  if (context.settings.acceptDeletions || missed <= few || missed <= known.size / 2) return;
  throw new KeywayError(
    'mass_deletion',
    `HubSpot no longer gives ${missed} of the ${known.size} lists. Their rows are kept. If it is true, run keyway sync ${pipeline.name} --accept-deletions.`,
    { verdict: 'retry', details: { pipeline: pipeline.name, deletions: missed, rows: known.size } },
  );
}

const few = 10;

function unbelievable(): KeywayError {
  return new KeywayError(
    'hubspot_bad_answer',
    'HubSpot does not give lists by their ids, not even one that it had just given. Run the sync again; if it stays, report it.',
    { verdict: 'retry' },
  );
}
