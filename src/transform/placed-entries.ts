import type { HistoryEntry, PropertyHistory } from '../history.ts';
import type { Instant } from '../source.ts';

/** A stored value, and when it was set: milliseconds since the epoch, and microseconds beyond. */
export interface Placed {
  readonly value: string;
  readonly at: Instant;
  /** 0 to 999. */
  readonly micro: number;
}

export interface PlacedEntry extends Omit<Placed, 'value'> {
  readonly entry: HistoryEntry;
}

/**
 * The entries of a property's history, oldest first, no two at one instant: of values that were set in the same millisecond,
 * each is put a microsecond behind the one before, so that whoever sorts by time finds what held in the end. What HubSpot
 * gives twice is one entry. What is stored and no longer given keeps its place, and is not among the results.
 */
export function placedEntries(
  { value, entries }: PropertyHistory,
  stored: readonly Placed[],
): readonly PlacedEntry[] {
  const order = orderOf(entries);
  const sorted = order === 'newest first' ? entries.toReversed() : entries;
  const groups = Map.groupBy(sorted, ({ at }) => at);
  const latest = Math.max(...entries.map(({ at }) => at), ...stored.map(({ at }) => at));
  const result: PlacedEntry[] = [];
  for (const at of [...groups.keys()].toSorted((a, b) => a - b)) {
    const known = stored.filter((each) => each.at === at).toSorted((a, b) => a.micro - b.micro);
    const once = distinct(groups.get(at)!);
    const tied = order === undefined ? inStoredOrder(once, known) : once;
    // What the property is now was set last.
    const last = at === latest ? tied.filter((entry) => entry.value === value) : [];
    const all = [...tied.filter((entry) => !last.includes(entry)), ...last];
    const kept = known.filter((each) => once.every((entry) => entry.value !== each.value));
    const first = kept.length === 0 ? 0 : kept.at(-1)!.micro + 1;
    // A thousand values in a millisecond are nobody's doing; of so many, the last ones count.
    for (const [i, entry] of all.slice(-Math.max(1, 1000 - first)).entries()) {
      result.push({ entry, at, micro: Math.min(999, first + i) });
    }
  }
  return result;
}

/** Nothing where times go up and down, or are all the same: then their order tells nothing. */
function orderOf(entries: readonly HistoryEntry[]): 'oldest first' | 'newest first' | undefined {
  const steps = entries.slice(1).map(({ at }, i) => Math.sign(at - entries[i]!.at));
  const [up, down] = [steps.includes(1), steps.includes(-1)];
  if (up === down) return undefined;
  return up ? 'oldest first' : 'newest first';
}

/** The last of those with one value. */
function distinct(entries: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const byValue = new Map<string, HistoryEntry>();
  for (const entry of entries) {
    byValue.delete(entry.value);
    byValue.set(entry.value, entry);
  }
  return [...byValue.values()];
}

/** As they were stored before; new ones follow. The same whatever the order of what is given. */
function inStoredOrder(entries: readonly HistoryEntry[], stored: readonly Placed[]): readonly HistoryEntry[] {
  const place = new Map(stored.map(({ value }, i) => [value, i]));
  const placeOf = ({ value }: HistoryEntry): number => place.get(value) ?? stored.length;
  return entries.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.value < b.value ? -1 : 1));
}
