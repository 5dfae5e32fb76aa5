/** Values that did not fit their columns, counted by property: as often as they were read. */
export interface Misfits {
  readonly total: number;
  /** One name per value. */
  note(properties: readonly string[]): void;
  /** Of the properties with most of them, the first first; nothing where there are none. */
  byProperty(): Readonly<Record<string, number>> | undefined;
}

export function countMisfits(): Misfits {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    get total() {
      return total;
    },
    note(properties) {
      total += properties.length;
      for (const name of properties) counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    byProperty() {
      const most = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, mostNames);
      return most.length === 0 ? undefined : Object.fromEntries(most);
    },
  };
}

/** A run's row and its log line stay of a size to be read; the sum counts all. */
const mostNames = 50;
