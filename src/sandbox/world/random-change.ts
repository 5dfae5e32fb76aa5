import { fills, type Draw } from '../objects/index.ts';
import type { Changes } from './churn.ts';
import type { ObjectStore, Values } from './object-store.ts';
import type { Property } from './schema.ts';
import type { State } from './state.ts';

export interface ChangeContext {
  readonly state: State;
  readonly changes: Changes;
  readonly random: () => number;
  readonly objects: readonly string[];
}

/** One random change; returns what it was. */
export function makeChange(context: ChangeContext): string {
  const object = anyObject(context);
  const kinds = Object.entries(weights);
  let point = context.random() * kinds.reduce((sum, [, weight]) => sum + weight, 0);
  const kind = kinds.find(([, weight]) => (point -= weight) < 0)?.[0] as keyof typeof weights;
  return actions[kind](context, object) ? kind : 'nothing to do';
}

/** Big objects change more often than small ones. */
function anyObject({ state, random, objects }: ChangeContext): string {
  const total = objects.reduce((sum, object) => sum + state.store(object).count, 0);
  let point = random() * total;
  return objects.find((object) => (point -= state.store(object).count) < 0) ?? (objects[0] as string);
}

/** How often each kind happens, out of about 100. */
const weights = {
  update: 58,
  create: 12,
  archive: 6,
  restore: 3,
  merge: 3,
  'permanent delete': 2,
  associate: 7,
  dissociate: 4,
  recalculate: 5,
  'join list': 2,
  'leave list': 1,
  'change lists': 1,
} as const;

type Action = (context: ChangeContext, object: string) => boolean;

const actions: Readonly<Record<keyof typeof weights, Action>> = {
  update(context, object) {
    const id = anyActive(context, object);
    if (id !== undefined)
      context.changes.update(object, id, someValues(context, object, 1 + Math.floor(context.random() * 3)));
    return id !== undefined;
  },
  create(context, object) {
    const id = context.changes.create(object, someValues(context, object, 8));
    linkSomewhere(context, object, id);
    return true;
  },
  archive(context, object) {
    const id = anyActive(context, object);
    if (id !== undefined) context.changes.archive(object, id);
    return id !== undefined;
  },
  restore(context, object) {
    const store = context.state.store(object);
    const n = search(context, store, (n) => store.isRestorable(n));
    if (n !== undefined) context.changes.restore(object, store.ids.idOf(n));
    return n !== undefined;
  },
  merge(context, object) {
    const [a, b] = [anyActive(context, object), anyActive(context, object)];
    if (
      context.state.store(object).definition.mergeable !== true ||
      a === undefined ||
      b === undefined ||
      a === b
    )
      return false;
    context.changes.merge(object, a, b);
    return true;
  },
  'permanent delete'(context, object) {
    const id = anyActive(context, object);
    if (id === undefined) return false;
    if (object === 'contacts') context.changes.gdprDelete(id);
    else context.changes.permanentDelete(object, id);
    return true;
  },
  associate(context, object) {
    const id = anyActive(context, object);
    return id !== undefined && linkSomewhere(context, object, id);
  },
  dissociate,
  'join list': (context, object) => {
    const list = anyList(context, object);
    const id = anyActive(context, object);
    if (list !== undefined && id !== undefined) context.changes.addToList(list, id);
    return list !== undefined && id !== undefined;
  },
  /** Also of a list that the record may never have been in: finding a member would take a look at all of them. */
  'leave list': (context, object) => {
    const list = anyList(context, object);
    const id = anyActive(context, object);
    if (list !== undefined && id !== undefined) context.changes.removeFromList(list, id);
    return list !== undefined && id !== undefined;
  },
  'change lists': changeLists,
  recalculate(context, object) {
    const id = anyActive(context, object);
    const calculated = [...context.state.store(object).schema.live().values()].filter(
      ({ spec }) => spec.calculated === true,
    );
    if (id === undefined || calculated.length === 0) return false;
    const property = oneOf(context, calculated);
    context.changes.setCalculated(object, id, { [property.spec.name]: calculatedValue(context, property) });
    return true;
  },
};

/** Now and then nothing is left to calculate with. */
function calculatedValue(context: ChangeContext, { spec, salt }: Property): string | null {
  const point = context.random();
  if (point < 0.1) return null;
  if (spec.type === 'number') return String(Math.floor(point * 1000));
  if (spec.type === 'bool') return String(point < 0.55);
  return spec.fill(imaginary(context), salt);
}

/** Somebody makes a list of a few, renames one or deletes one. */
function changeLists(context: ChangeContext, object: string): boolean {
  const { changes, random } = context;
  const list = anyList(context, object);
  const what = random();
  if (list === undefined || what < 0.4) {
    const made = changes.addList({ name: `List of ${object}`, object });
    for (let i = 0; i < 3; i += 1) {
      const id = anyActive(context, object);
      if (id !== undefined) changes.addToList(made, id);
    }
  } else if (what < 0.7) changes.renameList(list, `Renamed ${list}`);
  else changes.deleteList(list);
  return true;
}

function anyList(context: ChangeContext, object: string): string | undefined {
  const lists = context.state.lists.all().filter((list) => list.object === object);
  return lists.length === 0 ? undefined : oneOf(context, lists).id;
}

function dissociate(context: ChangeContext, object: string): boolean {
  const { state, changes } = context;
  const id = anyActive(context, object);
  if (id === undefined) return false;
  for (const to of state.stores.keys()) {
    const link = state.associations.of(object, state.store(object).ids.find(id) ?? -1, to)[0];
    if (link === undefined) continue;
    changes.dissociate({ object, id }, { object: to, id: state.store(to).ids.idOf(link.to) });
    return true;
  }
  return false;
}

function linkSomewhere(context: ChangeContext, object: string, id: string): boolean {
  const { state, changes } = context;
  const partners = [...state.stores.keys()].filter((to) => state.associations.types(object, to).length > 0);
  if (partners.length === 0) return false;
  const to = oneOf(context, partners);
  const target = anyActive(context, to);
  if (target === undefined || (to === object && target === id)) return false;
  const type = oneOf(context, state.associations.types(object, to));
  changes.associate({ object, id }, { object: to, id: target }, type.typeId);
  return true;
}

/** Values such as the properties' own, taken from an imaginary record. */
function someValues(context: ChangeContext, object: string, count: number): Values {
  const { state } = context;
  const writable = [...state.store(object).schema.live().values()].filter(
    ({ spec }) => spec.readOnly !== true && spec.calculated !== true && spec.fill !== fills.none,
  );
  const draw = imaginary(context);
  const values: Record<string, string | null> = {};
  for (let i = 0; i < count; i += 1) {
    const { spec, salt } = oneOf(context, writable);
    const make = spec.fill;
    values[spec.name] = make(draw, salt);
  }
  return values;
}

function imaginary({ state, random }: ChangeContext): Draw {
  return {
    seed: Math.floor(random() * 2 ** 31),
    n: Math.floor(random() * 1_000_000),
    created: state.now(),
    updated: state.now(),
    facts: state.facts,
  };
}

function anyActive(context: ChangeContext, object: string): string | undefined {
  const store = context.state.store(object);
  const n = search(context, store, (n) => store.isActive(n));
  return n === undefined ? undefined : store.ids.idOf(n);
}

/** The first fitting record from a random place on. */
function search(
  { random }: ChangeContext,
  store: ObjectStore,
  fits: (n: number) => boolean,
): number | undefined {
  const start = Math.floor(random() * store.count);
  for (let i = 0; i < Math.min(store.count, 500); i += 1)
    if (fits((start + i) % store.count)) return (start + i) % store.count;
  return undefined;
}

function oneOf<T>({ random }: Pick<ChangeContext, 'random'>, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}
