import { linkPairs } from '../objects/index.ts';
import type { AssociationType } from './associations.ts';
import { entrySource, type EntrySource } from './entry-source.ts';
import type { RecordList } from './lists.ts';
import type { Owner, Team } from './owners.ts';
import type { Pipeline } from './pipelines.ts';
import { isInArchive, type Property } from './schema.ts';
import type { State } from './state.ts';

/** A record as HubSpot stores it, for tests to compare with. */
interface TrueRecord {
  readonly id: string;
  readonly state: 'active' | 'archived' | 'gone' | 'merged';
  readonly createdAt: string;
  /** When it came to be, which need not be what it says. */
  readonly madeAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt: string | null;
  /** When it last came back from the recycle bin. */
  readonly restoredAt: string | null;
  readonly mergedInto?: string;
  /** How a record that is gone has gone: by somebody's hand, or because its days in the recycle bin were over. */
  readonly gone?: 'deleted' | 'expired';
  /** A privacy deletion was asked for: what may be left in the recycle bin has no values, and tells of no merge. */
  readonly erased: boolean;
  /** Every property that is not archived, computed when asked for. */
  readonly properties: Readonly<Record<string, string | null>>;
}

interface TrueEntry {
  /** Empty where the property was cleared. */
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source: EntrySource;
}

interface TrueAssociation {
  readonly fromId: string;
  readonly toId: string;
  readonly category: string;
  readonly typeId: number;
  readonly label: string | null;
}

/** What is really in the account, without HTTP, pages, lags and limits. */
export interface Truth {
  /** Everything that ever existed, in id order. */
  records(object: string): Iterable<TrueRecord>;
  record(object: string, id: string): TrueRecord | undefined;
  /** All that a property of a record has been since the record was made, in that order. */
  history(object: string, id: string, property: string): readonly TrueEntry[];
  associations(from: string, to: string): Iterable<TrueAssociation>;
  /** The ways in which records of two objects can be linked, as seen from the first. */
  associationTypes(from: string, to: string): readonly AssociationType[];
  /** The pairs of objects that can be linked, in one direction. */
  pairs(): readonly { readonly from: string; readonly to: string }[];
  lists(): readonly RecordList[];
  memberships(listId: string): Iterable<{ readonly recordId: string; readonly joinedAt: string }>;
  owners(): readonly Owner[];
  teams(): readonly Team[];
  pipelines(object: string): readonly Pipeline[];
  properties(object: string): readonly Property[];
  /** Of properties, as long as they are not deleted for good. */
  archivedProperties(object: string): readonly Property[];
  counts(): Readonly<Record<string, Readonly<Record<TrueRecord['state'], number>>>>;
}

export function truthOf(state: State): Truth {
  return {
    *records(object) {
      for (let n = 0; n < state.store(object).count; n += 1) yield recordAt(state, object, n);
    },
    record(object, id) {
      const store = state.store(object);
      const n = store.ids.find(id);
      return n === undefined || n >= store.count ? undefined : recordAt(state, object, n);
    },
    history: (object, id, property) => history(state, object, { id, property }),
    associations: (from, to) => associations(state, from, to),
    associationTypes: (from, to) => state.associations.types(from, to),
    pairs: () => linkPairs.map(({ from, to }) => ({ from, to })),
    lists: () => state.lists.all(),
    memberships: (listId) => membershipsOf(state, listId),
    owners: () => [...state.owners.values()],
    teams: () => [...state.teams.values()],
    pipelines: (object) => [...(state.pipelines.get(object)?.values() ?? [])],
    properties: (object) => [...state.store(object).schema.live().values()],
    archivedProperties: (object) =>
      state
        .store(object)
        .schema.archived()
        .filter((property) => isInArchive(property, state.now())),
    counts: () =>
      Object.fromEntries([...state.stores.keys()].map((object) => [object, countFates(state, object)])),
  };
}

function recordAt(state: State, object: string, n: number): TrueRecord {
  const store = state.store(object);
  const fate = store.fate(n);
  const restoredAt = store.restoredAt.get(n);
  return {
    id: store.ids.idOf(n),
    state: fate.kind,
    createdAt: new Date(store.created(n)).toISOString(),
    madeAt: new Date(store.madeAt(n)).toISOString(),
    updatedAt: new Date(store.updated(n)).toISOString(),
    archived: fate.kind === 'archived',
    archivedAt: fate.kind === 'archived' ? new Date(fate.at).toISOString() : null,
    restoredAt: restoredAt === undefined ? null : new Date(restoredAt).toISOString(),
    ...(fate.kind === 'gone'
      ? { gone: store.isExpired(n) ? ('expired' as const) : ('deleted' as const) }
      : {}),
    erased: store.isForgotten(n),
    ...(fate.kind === 'merged' ? { mergedInto: store.ids.idOf(fate.into) } : {}),
    get properties() {
      const view = store.view(n);
      const values: Record<string, string | null> = Object.create(null) as Record<string, string | null>;
      for (const [name, property] of store.schema.live()) values[name] = store.value(view, property);
      return values;
    },
  };
}

function history(
  state: State,
  object: string,
  { id, property }: { readonly id: string; readonly property: string },
): readonly TrueEntry[] {
  const store = state.store(object);
  const [n, found] = [store.ids.find(id), store.schema.live().get(property)];
  if (n === undefined || n >= store.count || found === undefined) return [];
  return store
    .history(n, found)
    .map(({ value, at }, i) => ({ value: value ?? '', at, source: entrySource(store, found, n, i) }));
}

function* associations(state: State, from: string, to: string): Iterable<TrueAssociation> {
  const [source, target] = [state.store(from), state.store(to)];
  for (let n = 0; n < source.count; n += 1)
    for (const link of state.associations.of(from, n, to))
      for (const type of link.types)
        yield { fromId: source.ids.idOf(n), toId: target.ids.idOf(link.to), ...type };
}

function* membershipsOf(state: State, listId: string): Iterable<{ recordId: string; joinedAt: string }> {
  const { object = 'contacts' } = state.lists.get(listId) ?? {};
  for (const { n, joinedAt } of state.lists.members(listId))
    yield { recordId: state.store(object).ids.idOf(n), joinedAt: new Date(joinedAt).toISOString() };
}

function countFates(state: State, object: string): Record<TrueRecord['state'], number> {
  const store = state.store(object);
  const counts = { active: 0, archived: 0, gone: 0, merged: 0 };
  for (let n = 0; n < store.count; n += 1) counts[store.fate(n).kind] += 1;
  return counts;
}
