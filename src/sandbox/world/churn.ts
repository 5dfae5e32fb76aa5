import type { VirtualClock } from '../clock.ts';
import { randomFrom } from '../random.ts';
import { day } from './base.ts';
import type { DictionaryMutations } from './dictionary.ts';
import { makeChange } from './random-change.ts';
import type { RecordMutations } from './records.ts';
import type { State } from './state.ts';
import type { Ref } from './world.ts';

/** What random changes may do. */
export interface Changes extends RecordMutations, DictionaryMutations {
  associate(from: Ref, to: Ref, typeId?: number): void;
  dissociate(from: Ref, to: Ref, typeId?: number): void;
  addToList(listId: string, recordId: string): void;
  removeFromList(listId: string, recordId: string): void;
  addList(list: { readonly name: string; readonly object: string }): string;
  renameList(listId: string, name: string): void;
  deleteList(listId: string): void;
}

export interface ChurnOptions {
  readonly steps?: number;
  /** The objects that may change; all by default. */
  readonly objects?: readonly string[];
  /** Another sequence of changes. */
  readonly seed?: number;
}

/** How often each kind of change happened. */
export type Happened = Readonly<Record<string, number>>;

const bursts = new WeakMap<State, number>();

/** Random changes at the present instant. Each burst on an account is another one, and the same in every replay. */
export function churn(state: State, changes: Changes, options: ChurnOptions): Happened {
  const { steps = 10, objects = [...state.stores.keys()] } = options;
  const burst = (bursts.get(state) ?? 0) + 1;
  bursts.set(state, burst);
  const random = randomFrom((options.seed ?? state.options.seed) * 7919 + burst);
  const happened: Record<string, number> = {};
  for (let i = 0; i < steps; i += 1) count(happened, makeChange({ state, changes, random, objects }));
  return happened;
}

/** A plausible day: changes at irregular times, and one bulk job at night. */
export function businessDay(
  state: State,
  changes: Changes,
  { fraction, clock, day: number }: { fraction: number; clock: VirtualClock; day: number },
): Happened {
  const random = randomFrom(state.options.seed * 104_729 + number);
  const records = [...state.stores.values()].reduce((sum, store) => sum + store.count, 0);
  const steps = Math.max(20, Math.round(records * fraction));
  const ends = clock.now() + day;
  const happened: Record<string, number> = {};
  const objects = [...state.stores.keys()];
  for (let i = 0; i < steps; i += 1) {
    const left = Math.max(0, ends - clock.now());
    clock.advance(Math.min(left, Math.floor((left / (steps - i)) * random() * 1.5)));
    count(happened, makeChange({ state, changes, random, objects }));
  }
  clock.advance(Math.max(0, ends - clock.now()));
  count(happened, nightlyJob(state, changes, fraction));
  return happened;
}

/** Marketing status at the end of the day: many contacts, one millisecond. */
function nightlyJob(state: State, changes: Changes, fraction: number): string {
  const contacts = state.store('contacts');
  const ids: string[] = [];
  const every = Math.max(10, Math.round(0.5 / Math.max(fraction, 0.001)));
  for (let n = 3; n < contacts.count; n += every) if (contacts.isActive(n)) ids.push(contacts.ids.idOf(n));
  changes.bulkUpdate('contacts', ids, { hs_marketable_status: 'false' });
  return 'bulk update';
}

function count(happened: Record<string, number>, what: string): void {
  happened[what] = (happened[what] ?? 0) + 1;
}
