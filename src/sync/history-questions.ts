import type { HistoryQuestion } from '../history.ts';
import type { StoredId } from '../warehouse.ts';

export interface RowsToAsk extends Omit<HistoryQuestion, 'properties'> {
  /** Rows, met on the way, of which nothing may stay. */
  readonly erased: readonly string[];
  /** Everything up to this id has been asked for with this. */
  readonly upTo: string;
}

/**
 * As many rows at once as HubSpot may be asked for, the living and the archived apart: those in the recycle bin wait until
 * they are as many. Rows of records that are gone are passed over: HubSpot has nothing to say of them.
 */
export async function* rowsToAsk(
  chunks: AsyncIterable<readonly StoredId[]>,
  { most, after = '0' }: { readonly most: number; readonly after?: string },
): AsyncGenerator<RowsToAsk> {
  const lines = { living: [] as Waiting[], archived: [] as Waiting[] };
  let erased: string[] = [];
  let previous = after;
  const taken = (line: keyof typeof lines): RowsToAsk => {
    const records = lines[line].splice(0, most).map(({ row }) => row);
    const waiting = [lines.living[0], lines.archived[0]].flatMap((first) => first?.before ?? []);
    const upTo = waiting.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1))[0] ?? previous;
    const question = { records, archived: line === 'archived', erased, upTo };
    erased = [];
    return question;
  };
  for await (const rows of chunks) {
    for (const row of rows) {
      const line = row.living ? 'living' : 'archived';
      if (row.empty === true && !row.living) erased.push(row.id);
      else if (row.living || row.archived) lines[line].push({ row, before: previous });
      previous = row.id;
      if (lines[line].length >= most) yield taken(line);
    }
  }
  if (lines.archived.length > 0) yield taken('archived');
  if (lines.living.length > 0 || erased.length > 0) yield taken('living');
}

interface Waiting {
  readonly row: StoredId;
  /** The id of the row before. */
  readonly before: string;
}
