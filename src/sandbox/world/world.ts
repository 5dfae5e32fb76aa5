import type { VirtualClock } from '../clock.ts';
import { businessDay, churn } from './churn.ts';
import type { ChurnOptions, Happened } from './churn.ts';
import { dictionaryMutations } from './dictionary.ts';
import type { DictionaryMutations } from './dictionary.ts';
import type { Keys } from './keys.ts';
import { move, numberOf, recordMutations } from './records.ts';
import type { RecordMutations } from './records.ts';
import type { State } from './state.ts';
import { truthOf } from './truth.ts';
import type { Truth } from './truth.ts';

/** One end of a link. */
export interface Ref {
  readonly object: string;
  readonly id: string;
}

/** The account, as the people who work in it change it. Every change is stamped by the virtual clock. */
export interface World extends RecordMutations, DictionaryMutations {
  readonly truth: Truth;
  readonly keys: Keys;
  /** Links two records; without a type, in the first way that the pair has. */
  associate(from: Ref, to: Ref, typeId?: number): void;
  dissociate(from: Ref, to: Ref, typeId?: number): void;
  addToList(listId: string, recordId: string): void;
  removeFromList(listId: string, recordId: string): void;
  /** Makes an empty list and returns its id. */
  addList(list: { readonly name: string; readonly object: string }): string;
  renameList(listId: string, name: string): void;
  deleteList(listId: string): void;
  /** Random changes, all at the present instant. */
  churn(options?: ChurnOptions): Happened;
  /** A day's worth of changes, spread over 24 hours: the clock moves on by a day. */
  businessDay(options?: { readonly fraction?: number }): Happened;
}

export function openWorld(state: State, clock: VirtualClock): World {
  const changes = {
    ...recordMutations(state),
    ...dictionaryMutations(state),
    associate: (from: Ref, to: Ref, typeId?: number): void =>
      link(state, { from, to, typeId, present: true }),
    dissociate: (from: Ref, to: Ref, typeId?: number): void =>
      link(state, { from, to, typeId, present: false }),
    addToList: (listId: string, recordId: string): void =>
      setMember(state, { listId, recordId, present: true }),
    removeFromList: (listId: string, recordId: string): void =>
      setMember(state, { listId, recordId, present: false }),
    addList: (list: { readonly name: string; readonly object: string }): string =>
      state.lists.add(list, state.now()),
    renameList: (listId: string, name: string): void => state.lists.rename(listId, name, state.now()),
    deleteList: (listId: string): void => state.lists.delete(listId),
  };
  let days = 0;
  return {
    ...changes,
    truth: truthOf(state),
    keys: state.keys,
    churn: (options = {}) => churn(state, changes, options),
    businessDay: ({ fraction = 0.02 } = {}) =>
      businessDay(state, changes, { fraction, clock, day: (days += 1) }),
  };
}

interface Link {
  readonly from: Ref;
  readonly to: Ref;
  readonly typeId: number | undefined;
  readonly present: boolean;
}

function link(state: State, { from, to, typeId, present }: Link): void {
  const fromN = numberOf(state, from.object, from.id);
  const toN = numberOf(state, to.object, to.id);
  const types = state.associations.types(from.object, to.object);
  const wanted = typeId === undefined ? types : types.filter((type) => type.typeId === typeId);
  if (wanted.length === 0) throw new RangeError(`${from.object} and ${to.object} cannot be linked that way`);
  for (const type of present ? wanted.slice(0, 1) : wanted)
    state.associations.set({ from: from.object, fromN, to: to.object, toN, typeId: type.typeId, present });
  const { associationMovesWatermark } = state.options.unknowns;
  if (associationMovesWatermark.includes(`${from.object}>${to.object}`)) move(state, from.object, fromN);
  if (associationMovesWatermark.includes(`${to.object}>${from.object}`)) move(state, to.object, toN);
}

function setMember(
  state: State,
  { listId, recordId, present }: { listId: string; recordId: string; present: boolean },
): void {
  const { object = '' } = state.lists.get(listId) ?? {};
  state.lists.set(listId, numberOf(state, object, recordId), present, state.now());
}
