import type { IndexLag } from '../options.ts';
import { hash } from '../random.ts';
import type { ObjectStore, View } from './object-store.ts';
import type { Property } from './schema.ts';

/** What the index knew of a record before a write; nothing for a record that it had never seen. */
type Snapshot = {
  readonly updated: number;
  readonly values: ReadonlyMap<string, string | null> | undefined;
} | null;

interface Pending {
  readonly dueAt: number;
  readonly before: Snapshot;
}

/**
 * What search sees of an object: behind the store by a lag for each write ("HubSpot docs, Search the CRM": new and
 * changed records appear after a few moments). Filters and order come from here, the returned values do not.
 */
export class SearchIndex {
  readonly #store: ObjectStore;
  readonly #lag: IndexLag;
  readonly #pending = new Map<number, Pending[]>();
  #writes = 0;
  #nextDue = Infinity;
  #answers = 0;

  constructor(store: ObjectStore, lag: IndexLag) {
    this.#store = store;
    this.#lag = lag;
  }

  /** Call before a write happens; `isNew` for a record that is being created. */
  note(n: number, at: number, isNew: boolean): void {
    const { min, max, standstill = 1 } = this.#lag;
    if (max <= 0 && standstill === 1) return;
    this.#writes += 1;
    const seenAt = at + min + (hash(this.#store.seed, n, this.#writes) % (Math.max(0, max - min) + 1));
    const dueAt = Math.ceil(seenAt / standstill) * standstill;
    const values = this.#store.view(n).values;
    const before = isNew ? null : { updated: this.#store.updated(n), values: values && new Map(values) };
    this.#pending.set(n, [...(this.#pending.get(n) ?? []), { dueAt, before }]);
    this.#nextDue = Math.min(this.#nextDue, dueAt);
  }

  /** No two answers need to be in the same order. */
  nextAnswer(): number {
    return (this.#answers += 1);
  }

  /** Lets through what is due. */
  refresh(now: number): void {
    if (now < this.#nextDue) return;
    this.#nextDue = Infinity;
    for (const [n, list] of this.#pending) {
      const rest = list.slice(list.findLastIndex(({ dueAt }) => dueAt <= now) + 1);
      if (rest.length === 0) this.#pending.delete(n);
      else this.#pending.set(n, rest);
      for (const { dueAt } of rest) this.#nextDue = Math.min(this.#nextDue, dueAt);
    }
  }

  /** The watermark by which search finds the record; NaN when it does not know it yet. */
  updated(n: number): number {
    const pending = this.#pending.size === 0 ? undefined : this.#pending.get(n)?.[0];
    return pending === undefined ? this.#store.updated(n) : (pending.before?.updated ?? Number.NaN);
  }

  value(n: number, property: Property): string | null {
    const view = this.#store.view(n);
    const before = this.#pending.get(n)?.[0]?.before;
    if (before === undefined || before === null) return this.#store.value(view, property);
    const stale: View = { ...view, values: before.values, draw: { ...view.draw, updated: before.updated } };
    return this.#store.value(stale, property);
  }
}
