import type { Facts, LinkType } from '../objects/index.ts';
import { linkPairs } from '../objects/index.ts';
import { LinkStore } from './link-store.ts';
import type { ObjectStore } from './object-store.ts';

/** One way in which a record is linked with another, as seen from the first. */
export interface AssociationType {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED';
  readonly typeId: number;
  readonly label: string | null;
}

interface Association {
  /** The linked record's number. */
  readonly to: number;
  readonly types: readonly AssociationType[];
}

export interface Associations {
  /** The types that a pair can have; empty when the objects cannot be linked. */
  types(from: string, to: string): readonly AssociationType[];
  /** Links between living records, in id order. */
  of(from: string, n: number, to: string): Association[];
  set(change: LinkChange): boolean;
  /** Moves every link of one record to another, as a merge does. */
  move(object: string, from: number, to: number): void;
}

interface LinkChange {
  readonly from: string;
  readonly fromN: number;
  readonly to: string;
  readonly toN: number;
  readonly typeId: number;
  readonly present: boolean;
}

export function openAssociations(facts: Facts, stores: ReadonlyMap<string, ObjectStore>): Associations {
  const links = linkPairs.map((pair) => new LinkStore(pair, facts));
  const sides = (from: string, to: string): Side[] =>
    links.flatMap((store) => [
      ...(store.pair.from === from && store.pair.to === to ? [{ store, direction: 'forward' as const }] : []),
      ...(store.pair.from === to && store.pair.to === from ? [{ store, direction: 'reverse' as const }] : []),
    ]);
  const alive = (object: string, n: number): boolean => stores.get(object)?.isActive(n) ?? false;
  return {
    types: (from, to) => distinct(sides(from, to).flatMap((side) => typesOf(side))),
    of(from, n, to) {
      if (!alive(from, n)) return [];
      const found = new Map<number, AssociationType[]>();
      for (const side of sides(from, to).filter(answers))
        for (const [other, bits] of side.store.of(n, side.direction))
          if (alive(to, other)) found.set(other, [...(found.get(other) ?? []), ...typesOf(side, bits)]);
      return [...found].sort(([a], [b]) => a - b).map(([to, types]) => ({ to, types: distinct(types) }));
    },
    set: (change) => sides(change.from, change.to).some((side) => setType(side, change)),
    move(object, from, to) {
      for (const store of links) {
        if (store.pair.from === object) moveForward(store, from, to);
        if (store.pair.to === object) moveReverse(store, from, to);
      }
    },
  };
}

interface Side {
  readonly store: LinkStore;
  readonly direction: 'forward' | 'reverse';
}

function answers({ store, direction }: Side): boolean {
  return direction === 'forward' || store.pair.oneWay !== true;
}

function typesOf({ store, direction }: Side, bits = -1): AssociationType[] {
  return store.pair.types.filter((_, i) => (bits & (1 << i)) !== 0).map((type) => facing(type, direction));
}

function facing(type: LinkType, direction: 'forward' | 'reverse'): AssociationType {
  const { category, label } = type;
  return direction === 'forward'
    ? { category, typeId: type.forward, label }
    : { category, typeId: type.reverse, label: type.reverseLabel ?? label };
}

function distinct(types: readonly AssociationType[]): AssociationType[] {
  return [...new Map(types.map((type) => [`${type.category} ${String(type.typeId)}`, type])).values()];
}

function setType({ store, direction }: Side, change: LinkChange): boolean {
  const bit = store.pair.types.findIndex((type) => type[direction] === change.typeId);
  if (bit < 0) return false;
  const [a, b] = direction === 'forward' ? [change.fromN, change.toN] : [change.toN, change.fromN];
  const before = store.bits(a, b);
  store.set(a, b, change.present ? before | (1 << bit) : before & ~(1 << bit));
  return true;
}

function moveForward(store: LinkStore, from: number, to: number): void {
  for (const [other, bits] of store.of(from, 'forward')) {
    store.set(from, other, 0);
    if (other !== to) store.set(to, other, store.bits(to, other) | bits);
  }
}

function moveReverse(store: LinkStore, from: number, to: number): void {
  for (const [other, bits] of store.of(from, 'reverse')) {
    store.set(other, from, 0);
    if (other !== to) store.set(other, to, store.bits(other, to) | bits);
  }
}
