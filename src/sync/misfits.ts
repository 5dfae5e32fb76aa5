/** A value that did not fit its column, by where it is: never the value. */
export interface Misfit {
  readonly id: string;
  readonly property: string;
}

/** Counts values that did not fit, by property. A record that a run reads twice is one record. */
export interface Misfits {
  readonly total: number;
  note(misfits: readonly Misfit[]): void;
  /** Of the properties with most of them, the first first; nothing where there are none. */
  byProperty(): Readonly<Record<string, number>> | undefined;
}

export function countMisfits(): Misfits {
  const counts = new Map<string, number>();
  const seen = new Set<string>();
  let total = 0;
  return {
    get total() {
      return total;
    },
    note(misfits) {
      for (const { id, property } of misfits) {
        const value = `${id} ${property}`;
        if (seen.has(value)) continue;
        if (seen.size < mostSeen) seen.add(value);
        counts.set(property, (counts.get(property) ?? 0) + 1);
        total += 1;
      }
    },
    byProperty() {
      const most = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, mostNames);
      return most.length === 0 ? undefined : Object.fromEntries(most);
    },
  };
}

/** A few megabytes; of more, those beyond count as often as they are read. */
const mostSeen = 50_000;
/** A run's row and its log line stay of a size to be read; the sum counts all. */
const mostNames = 50;
