import type { Draw, Facts, ObjectDefinition } from '../objects/index.ts';
import { hashText } from '../random.ts';
import { baseArchivedAt, baseCreated, baseGone, baseMergedInto, baseUpdated, binRetention } from './base.ts';
import { idSpace } from './id-space.ts';
import type { IdSpace } from './id-space.ts';
import type { Property, Schema } from './schema.ts';

/** What became of a record. */
export type Fate =
  | { readonly kind: 'active' }
  | { readonly kind: 'archived'; readonly at: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'merged'; readonly into: number };

export type Values = Readonly<Record<string, string | null>>;

/** One entry of a property's history. */
export interface Change {
  readonly value: string | null;
  readonly at: number;
}

/** What was written over the base record: nothing else about a record is kept in memory. */
interface Overlay {
  readonly values: Map<string, string | null>;
  readonly changes: Map<string, Change[]>;
  /** What came before `changes` is no longer told. */
  readonly pastErased?: boolean;
}

/** A record as it is now, ready for reading values. */
export interface View {
  readonly draw: Draw;
  readonly values: ReadonlyMap<string, string | null> | undefined;
  readonly made: boolean;
  /** Nothing that came later is in it; absent: it is as of now. */
  readonly asOf?: number;
}

export interface StoreOptions {
  readonly definition: ObjectDefinition;
  readonly schema: Schema;
  readonly facts: Facts;
  readonly now: () => number;
}

const active = 0;
const archived = 1;
const gone = 2;
const merged = 3;

/** All records of one object: base records are computed, only timestamps, fates and writes are held. */
export class ObjectStore {
  readonly definition: ObjectDefinition;
  readonly schema: Schema;
  readonly ids: IdSpace;
  readonly seed: number;
  readonly baseCount: number;
  readonly #facts: Facts;
  readonly #now: () => number;
  readonly #created: Float64Array;
  readonly #updated: Float64Array;
  readonly #fates: Uint8Array;
  /** The same three for records made while the sandbox runs, and when that was and as of when they say to be. */
  readonly #laterCreated: number[] = [];
  readonly #laterUpdated: number[] = [];
  readonly #laterFates: number[] = [];
  readonly #made = new Map<number, { readonly at: number; readonly updated: number }>();
  /** When records came back from the recycle bin, the last time. */
  readonly restoredAt = new Map<number, number>();
  readonly #archivedAt = new Map<number, number>();
  readonly #mergedInto = new Map<number, number>();
  readonly #overlays = new Map<number, Overlay>();
  readonly #forgotten = new Set<number>();

  constructor({ definition, schema, facts, now }: StoreOptions) {
    this.definition = definition;
    this.schema = schema;
    this.#facts = facts;
    this.#now = now;
    this.seed = facts.seed ^ hashText(definition.name);
    this.ids = idSpace(definition.firstId, definition.idStep, this.seed);
    this.baseCount = facts.count(definition.name);
    this.#created = new Float64Array(this.baseCount);
    this.#updated = new Float64Array(this.baseCount);
    this.#fates = new Uint8Array(this.baseCount);
    for (let n = 0; n < this.baseCount; n += 1) this.#begin(n);
  }

  #begin(n: number): void {
    const { seed, baseCount: count } = this;
    const { startAt } = this.#facts;
    const created = baseCreated(seed, n, { startAt, count });
    const updated = baseUpdated(seed, n, created, startAt);
    const into = this.definition.mergeable === true ? baseMergedInto(seed, n, count) : undefined;
    const plain = n % 100 < 48 || n % 100 > 50;
    const bin =
      plain && this.definition.deletedForGood !== true
        ? baseArchivedAt(seed, n, created, startAt)
        : undefined;
    if (into !== undefined) this.#mergedInto.set(n, into);
    else if (bin !== undefined) this.#archivedAt.set(n, bin);
    this.#created[n] = created;
    this.#updated[n] = bin === undefined ? updated : Math.min(updated, bin - 1);
    this.#fates[n] =
      into !== undefined ? merged : bin !== undefined ? archived : plain && baseGone(seed, n) ? gone : active;
  }

  /** How many records ever existed. */
  get count(): number {
    return this.baseCount + this.#laterCreated.length;
  }

  created(n: number): number {
    return (n < this.baseCount ? this.#created[n] : this.#laterCreated[n - this.baseCount]) ?? 0;
  }

  updated(n: number): number {
    return (n < this.baseCount ? this.#updated[n] : this.#laterUpdated[n - this.baseCount]) ?? 0;
  }

  /** When it came to be, whatever it says of its creation. */
  madeAt(n: number): number {
    return this.#made.get(n)?.at ?? this.created(n);
  }

  isActive(n: number): boolean {
    return this.#code(n) === active;
  }

  isArchived(n: number): boolean {
    return this.#code(n) === archived && this.#now() - (this.#archivedAt.get(n) ?? 0) < binRetention;
  }

  /** Gone because its time in the recycle bin was over, not because somebody deleted it for good. */
  isExpired(n: number): boolean {
    return this.#code(n) === archived && !this.isArchived(n);
  }

  fate(n: number): Fate {
    const code = this.#code(n);
    if (code === active) return { kind: 'active' };
    if (code === merged) return { kind: 'merged', into: this.#mergedInto.get(n) ?? n };
    return this.isArchived(n) ? { kind: 'archived', at: this.#archivedAt.get(n) ?? 0 } : { kind: 'gone' };
  }

  /** The records that were merged into this one, the primary first. */
  sources(n: number): number[] {
    return [...this.#mergedInto].filter(([, into]) => into === n).map(([source]) => source);
  }

  #code(n: number): number {
    return (n < this.baseCount ? this.#fates[n] : this.#laterFates[n - this.baseCount]) ?? gone;
  }

  view(n: number): View {
    return {
      draw: { seed: this.seed, n, created: this.created(n), updated: this.updated(n), facts: this.#facts },
      values: this.#overlays.get(n)?.values,
      made: n >= this.baseCount,
    };
  }

  /** As it was before its last change; nothing when that version is not known or was the first. */
  before(n: number): View | undefined {
    const written = [...(this.#overlays.get(n)?.changes ?? [])];
    const updated = this.updated(n);
    const versions = written
      .flatMap(([, changes]) => changes.map(({ at }) => at))
      .filter((at) => at < updated);
    const at = Math.max(this.#firstVersion(n), ...versions);
    if (at >= updated) return undefined;
    const values = new Map<string, string | null>();
    for (const [name, changes] of written) {
      const then = changes.findLast((change) => change.at <= at);
      if (then !== undefined) values.set(name, then.value);
    }
    const view = this.view(n);
    const made = this.#made.get(n);
    const said = made?.at === at ? made.updated : at;
    return said >= updated ? undefined : { ...view, values, draw: { ...view.draw, updated: said }, asOf: at };
  }

  /** When it began to be what it was first. */
  #firstVersion(n: number): number {
    const made = this.madeAt(n);
    return n < this.baseCount ? baseUpdated(this.seed, n, made, this.#facts.startAt) : made;
  }

  /** What HubSpot stores, verbatim. */
  value(view: View, property: Property): string | null {
    const written = view.values?.get(property.spec.name);
    if (written !== undefined) return written;
    // Nobody can write to what a privacy deletion has left: a property that came later is empty there, too.
    const isBlank = view.made || this.isForgotten(view.draw.n);
    return isBlank && property.spec.system !== true ? null : property.spec.fill(view.draw, property.salt);
  }

  /** The values that a property has had, oldest first: those from before the sandbox began, then every write. */
  history(n: number, property: Property, asOf = Number.POSITIVE_INFINITY): Change[] {
    const overlay = this.#overlays.get(n);
    const all = overlay?.changes.get(property.spec.name) ?? [];
    const written = all.filter(({ at }) => at <= asOf);
    const { draw, made } = this.view(n);
    const { spec, salt } = property;
    const none = overlay?.pastErased === true || (made && spec.system !== true);
    const first = none ? null : spec.fill(draw, salt);
    if (first === null) return written;
    const values = [...(made ? [] : (spec.past?.(draw) ?? [])), first];
    // The past stays what it was, however often the record is edited.
    const lasted = (Math.min(this.#firstVersion(n), this.#facts.startAt) - draw.created) / values.length;
    const began = values.map((value, k) => ({ value, at: Math.floor(draw.created + k * lasted) }));
    return [...began, ...written];
  }

  /** What it says of its creation and last change need not be when it was made. */
  append(at: number, { created = at, updated = at }: { created?: number; updated?: number } = {}): number {
    this.#laterCreated.push(created);
    this.#laterUpdated.push(updated);
    this.#laterFates.push(active);
    this.#made.set(this.count - 1, { at, updated });
    return this.count - 1;
  }

  write(n: number, values: Values, at: number): void {
    const overlay: Overlay = this.#overlays.get(n) ?? { values: new Map(), changes: new Map() };
    this.#overlays.set(n, overlay);
    for (const [name, value] of Object.entries(values)) {
      overlay.values.set(name, value);
      const changes = overlay.changes.get(name) ?? [];
      changes.push({ value, at });
      overlay.changes.set(name, changes);
    }
  }

  touch(n: number, at: number): void {
    if (n < this.baseCount) this.#updated[n] = at;
    else this.#laterUpdated[n - this.baseCount] = at;
  }

  settle(n: number, fate: Fate): void {
    const code = { active, archived, gone, merged }[fate.kind];
    if (n < this.baseCount) this.#fates[n] = code;
    else this.#laterFates[n - this.baseCount] = code;
    if (fate.kind === 'archived') this.#archivedAt.set(n, fate.at);
    else this.#archivedAt.delete(n);
    if (fate.kind === 'merged') this.#mergedInto.set(n, fate.into);
    else this.#mergedInto.delete(n);
  }

  /** What a privacy deletion has left in the recycle bin cannot be brought back. */
  isRestorable(n: number): boolean {
    return this.isArchived(n) && !this.isForgotten(n);
  }

  isForgotten(n: number): boolean {
    return this.#forgotten.has(n);
  }

  /** A privacy deletion: nothing of the record may stay readable, unless HubSpot forgets its history. */
  forget(n: number, keepsHistory = false): void {
    this.#forgotten.add(n);
    const blank = new Map<string, string | null>();
    for (const { spec } of this.schema.live().values()) {
      if (spec.system !== true || spec.name === 'hs_merged_object_ids') blank.set(spec.name, null);
    }
    const told = keepsHistory ? this.#overlays.get(n)?.changes : undefined;
    const changes = told ?? new Map<string, Change[]>();
    this.#overlays.set(n, { values: blank, changes, pastErased: !keepsHistory });
  }
}
