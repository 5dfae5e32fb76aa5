import type { ObjectStore, Values } from './object-store.ts';
import type { State } from './state.ts';

/** Changes of records, as people and integrations make them. Ids are HubSpot's. */
export interface RecordMutations {
  /** Makes a record and returns its id. */
  create(object: string, properties: Values): string;
  update(object: string, id: string, properties: Values): void;
  /** Writes the same to many records in one millisecond, as HubSpot's own batch jobs do. */
  bulkUpdate(object: string, ids: Iterable<string>, properties: Values): void;
  /** HubSpot recalculates: the watermark stays where it is. */
  setCalculated(object: string, id: string, properties: Values): void;
  archive(object: string, id: string): void;
  restore(object: string, id: string): void;
  /** Makes a new record from two and returns its id. */
  merge(object: string, primaryId: string, secondaryId: string): string;
  /** Takes a merge back: the record that it made is gone, the old ones live again and their watermarks never moved. */
  unmerge(object: string, survivorId: string): readonly string[];
  gdprDelete(contactId: string): void;
  permanentDelete(object: string, id: string): void;
}

export function recordMutations(state: State): RecordMutations {
  return { ...valueMutations(state), ...fateMutations(state) };
}

type ValueMutations = Pick<RecordMutations, 'create' | 'update' | 'bulkUpdate' | 'setCalculated'>;

function valueMutations(state: State): ValueMutations {
  const { now } = state;
  return {
    create(object, properties) {
      mustKnow(state, object, properties);
      const n = append(state, object, properties);
      return state.store(object).ids.idOf(n);
    },
    update(object, id, properties) {
      mustKnow(state, object, properties);
      update(state, object, numberOf(state, object, id), properties);
    },
    bulkUpdate(object, ids, properties) {
      mustKnow(state, object, properties);
      const stamped = { ...state, now: fixed(state.now()) };
      for (const id of ids) update(stamped, object, numberOf(state, object, id), properties);
    },
    setCalculated(object, id, properties) {
      mustKnow(state, object, properties);
      const n = numberOf(state, object, id);
      state.index(object).note(n, now(), false);
      state.store(object).write(n, properties, now());
    },
  };
}

function fateMutations(state: State): Omit<RecordMutations, keyof ValueMutations> {
  const { now, options } = state;
  return {
    archive(object, id) {
      const store = state.store(object);
      const n = numberOf(state, object, id);
      store.settle(
        n,
        store.definition.deletedForGood === true ? { kind: 'gone' } : { kind: 'archived', at: now() },
      );
    },
    restore(object, id) {
      const store = state.store(object);
      const n = store.ids.find(id) ?? -1;
      if (!store.isRestorable(n)) throw new RangeError(`${object} ${id} is not in the recycle bin`);
      store.settle(n, { kind: 'active' });
      store.restoredAt.set(n, now());
      if (options.unknowns.restoreMovesWatermark) move(state, object, n);
    },
    merge: (object, primaryId, secondaryId) => merge(state, object, primaryId, secondaryId),
    unmerge: (object, survivorId) => unmerge(state, object, survivorId),
    gdprDelete(id) {
      const store = state.store('contacts');
      const n = store.ids.find(id) ?? -1;
      if (!store.isActive(n) && !store.isArchived(n)) throw new RangeError(`no contact ${id} to delete`);
      store.forget(n, options.unknowns.gdprLeavesHistory);
      store.settle(
        n,
        options.unknowns.gdprLeavesArchived ? { kind: 'archived', at: now() } : { kind: 'gone' },
      );
    },
    permanentDelete(object, id) {
      const store = state.store(object);
      const n = store.ids.find(id) ?? -1;
      if (!store.isActive(n) && !store.isArchived(n)) throw new RangeError(`no ${object} ${id} to delete`);
      store.settle(n, { kind: 'gone' });
    },
  };
}

/** Moves the watermark without changing a value. */
export function move(state: State, object: string, n: number): void {
  state.index(object).note(n, state.now(), false);
  state.store(object).touch(n, state.now());
}

/** The number of a living record; anything else is a mistake of the caller. */
export function numberOf(state: State, object: string, id: string): number {
  const store = state.store(object);
  const n = store.ids.find(id);
  if (n === undefined || !store.isActive(n)) throw new RangeError(`${object} ${id} is not an active record`);
  return n;
}

/** HubSpot refuses writes to properties that do not exist; here it is a mistake of the caller. */
function mustKnow(state: State, object: string, properties: Values): void {
  const { schema } = state.store(object);
  const unknown = Object.keys(properties).find((name) => schema.get(name) === undefined);
  if (unknown !== undefined) throw new RangeError(`${object} has no property "${unknown}"`);
}

type Times = Parameters<ObjectStore['append']>[1];

function append(state: State, object: string, properties: Values, times?: Times): number {
  const store = state.store(object);
  const n = store.append(state.now(), times);
  state.index(object).note(n, state.now(), true);
  store.write(n, properties, state.now());
  return n;
}

function fixed(instant: number): () => number {
  return () => instant;
}

function update(state: State, object: string, n: number, properties: Values): void {
  const store = state.store(object);
  const same = !state.options.unknowns.sameValueMovesWatermark && unchanged(store, n, properties);
  if (same) return;
  state.index(object).note(n, state.now(), false);
  store.write(n, properties, state.now());
  store.touch(n, state.now());
}

function unchanged(store: ObjectStore, n: number, properties: Values): boolean {
  const view = store.view(n);
  return Object.entries(properties).every(([name, value]) => {
    const property = store.schema.get(name);
    return property !== undefined && store.value(view, property) === value;
  });
}

/** "HubSpot docs, Updated merge functionality": a third record with a new id; the primary's values win. */
function merge(state: State, object: string, primaryId: string, secondaryId: string): string {
  const store = state.store(object);
  if (store.definition.mergeable !== true) throw new RangeError(`${object} cannot be merged`);
  const primary = numberOf(state, object, primaryId);
  const secondary = numberOf(state, object, secondaryId);
  if (primary === secondary) throw new RangeError('a record cannot be merged with itself');
  const values = mergedValues(store, primary, secondary);
  const marks = mergeMarks(store, [primary, secondary], state.now());
  const n = append(state, object, { ...values, ...marks }, mergedTimes(state, store, [primary, secondary]));
  for (const old of [primary, secondary]) {
    state.associations.move(object, old, n);
    store.settle(old, { kind: 'merged', into: n });
  }
  return store.ids.idOf(n);
}

/** Every link stays with the primary: which of them had been the secondary's is not kept. */
function unmerge(state: State, object: string, survivorId: string): readonly string[] {
  const store = state.store(object);
  const survivor = numberOf(state, object, survivorId);
  const sources = store.sources(survivor);
  const [primary] = sources;
  if (primary === undefined) throw new RangeError(`${object} ${survivorId} was not made by a merge`);
  state.associations.move(object, survivor, primary);
  for (const source of sources) store.settle(source, { kind: 'active' });
  store.settle(survivor, { kind: 'gone' });
  return sources.map((n) => store.ids.idOf(n));
}

function mergedTimes({ options }: State, store: ObjectStore, sources: readonly number[]): Times {
  const { mergeMovesWatermark, mergeKeepsCreated } = options.unknowns;
  return {
    ...(!mergeMovesWatermark && { updated: Math.max(...sources.map((n) => store.updated(n))) }),
    ...(mergeKeepsCreated && { created: Math.min(...sources.map((n) => store.created(n))) }),
  };
}

function mergedValues(store: ObjectStore, primary: number, secondary: number): Values {
  const [first, second] = [store.view(primary), store.view(secondary)];
  const values: Record<string, string | null> = {};
  for (const property of store.schema.live().values()) {
    if (property.spec.system === true) continue;
    const value = store.value(first, property) ?? store.value(second, property);
    if (value !== null) values[property.spec.name] = value;
  }
  return values;
}

/** Both lists carry what the two had swallowed before. */
function mergeMarks(store: ObjectStore, sources: readonly number[], at: number): Values {
  const before = (name: string): string[] => {
    const property = store.schema.get(name);
    if (property === undefined) return [];
    return sources.flatMap((n) => (store.value(store.view(n), property) ?? '').split(';').filter(Boolean));
  };
  const ids = sources.map((n) => store.ids.idOf(n));
  const marks: Record<string, string> = {
    hs_merged_object_ids: [...before('hs_merged_object_ids'), ...ids].join(';'),
  };
  if (store.schema.get('hs_calculated_merged_vids') !== undefined)
    marks['hs_calculated_merged_vids'] = [
      ...before('hs_calculated_merged_vids'),
      ...ids.map((id) => `${id}:${String(at)}`),
    ].join(';');
  return marks;
}
