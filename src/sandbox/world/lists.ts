import type { Facts } from '../objects/index.ts';
import { hash } from '../random.ts';
import { day } from './base.ts';
import type { ObjectStore } from './object-store.ts';

/** A list of records, which HubSpot also calls a segment. */
export interface RecordList {
  readonly id: string;
  readonly name: string;
  readonly object: string;
  readonly processingType: 'MANUAL' | 'DYNAMIC' | 'SNAPSHOT';
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastAddedAt: number;
  readonly lastRemovedAt: number | null;
  readonly filtersUpdatedAt: number;
}

/** What HubSpot says of a list's members in its search. */
interface ListMarks {
  readonly size: number;
  readonly lastAddedAt: number;
  readonly lastRemovedAt: number | null;
}

interface Membership {
  /** The record's number. */
  readonly n: number;
  readonly joinedAt: number;
}

export interface Lists {
  all(): readonly RecordList[];
  get(id: string): RecordList | undefined;
  /** Living members in id order. */
  members(id: string): Membership[];
  set(id: string, n: number, present: boolean, at: number): void;
  add(list: { readonly name: string; readonly object: string }, at: number): string;
  rename(id: string, name: string, at: number): void;
  delete(id: string): void;
  /** Now, or as they were when the list was made. */
  marks(id: string, when: 'now' | 'at first'): ListMarks | undefined;
}

interface Entry {
  readonly list: RecordList;
  /** The share of all records that is in it to begin with. */
  readonly share: number;
  readonly changes: Map<number, number | null>;
  first?: ListMarks;
}

const topics = [
  'Newsletter',
  'Customers in Germany',
  'Lost deals',
  'Trade fair 2026',
  'VIP',
  'Bounced',
  'Webinar "Q3"',
  'Unengaged',
  'Partners',
  'Prospects',
];
const kinds = ['DYNAMIC', 'MANUAL', 'SNAPSHOT'] as const;

export function openLists(facts: Facts, stores: ReadonlyMap<string, ObjectStore>): Lists {
  const entries = new Map<string, Entry>();
  const put = (list: RecordList, share: number): void =>
    void entries.set(list.id, { list, share, changes: new Map() });
  const marksOf = (entry: Entry): ListMarks => ({
    size: membersOf(entry, facts, stores).length,
    lastAddedAt: entry.list.lastAddedAt,
    lastRemovedAt: entry.list.lastRemovedAt,
  });
  let made = 0;
  const change = (id: string, to: (entry: Entry) => Entry): void => {
    const entry = entries.get(id);
    if (entry === undefined) throw new RangeError(`no list ${id}`);
    entry.first ??= marksOf(entry);
    entries.set(id, to(entry));
  };
  for (let k = 0; k < 27; k += 1) put(baseList(facts, k), (hash(facts.seed, k, 301) % 30) / 100);
  return {
    all: () => [...entries.values()].map(({ list }) => list),
    get: (id) => entries.get(id)?.list,
    members: (id) => membersOf(entries.get(id), facts, stores),
    set(id, n, present, at) {
      change(id, (entry) => {
        entry.changes.set(n, present ? at : null);
        return { ...entry, list: { ...entry.list, [present ? 'lastAddedAt' : 'lastRemovedAt']: at } };
      });
    },
    add(list, at) {
      made += 1;
      const id = String(27 + made);
      put(newList(id, list, at), 0);
      return id;
    },
    rename: (id, name, at) =>
      change(id, (entry) => ({ ...entry, list: { ...entry.list, name, updatedAt: at } })),
    delete: (id) => void entries.delete(id),
    marks(id, when) {
      const entry = entries.get(id);
      if (entry === undefined) return undefined;
      entry.first ??= marksOf(entry);
      return when === 'now' ? marksOf(entry) : entry.first;
    },
  };
}

function newList(id: string, { name, object }: Pick<RecordList, 'name' | 'object'>, at: number): RecordList {
  const times = { createdAt: at, updatedAt: at, filtersUpdatedAt: at, lastAddedAt: at, lastRemovedAt: null };
  return { id, name, object, processingType: 'MANUAL', ...times };
}

function baseList({ startAt }: Facts, k: number): RecordList {
  const createdAt = startAt - (600 - k * 20) * day;
  return {
    id: String(k + 1),
    name: `${topics[k % topics.length] ?? ''} ${String(k)}`,
    object: k === 13 ? 'deals' : k === 26 ? 'machines' : k % 5 === 4 ? 'companies' : 'contacts',
    processingType: kinds[k % 3] ?? 'MANUAL',
    createdAt,
    updatedAt: createdAt + 30 * day,
    filtersUpdatedAt: createdAt + 30 * day,
    lastAddedAt: startAt - (k + 1) * 3_600_000,
    lastRemovedAt: k % 4 === 0 ? null : startAt - (k + 2) * 3_600_000,
  };
}

function membersOf(
  entry: Entry | undefined,
  facts: Facts,
  stores: ReadonlyMap<string, ObjectStore>,
): Membership[] {
  const store = entry && stores.get(entry.list.object);
  if (entry === undefined || store === undefined) return [];
  const salt = 302 + Number(entry.list.id);
  const found: Membership[] = [];
  for (let n = 0; n < store.count; n += 1) {
    if (!store.isActive(n)) continue;
    const change = entry.changes.get(n);
    const base = n < store.baseCount && hash(facts.seed, n, salt) / 2 ** 32 < entry.share;
    const since = Math.max(store.created(n), entry.list.createdAt);
    const joinedAt =
      since + Math.floor((hash(facts.seed, n, salt + 500) / 2 ** 32) * Math.max(0, facts.startAt - since));
    if (change === undefined ? base : change !== null) found.push({ n, joinedAt: change ?? joinedAt });
  }
  return found;
}
