import type { StoredColumns } from '../limits.ts';
import type { Property } from '../source.ts';
import { extraColumn, type PropertyColumn } from './property-column.ts';

/** What decides which properties have columns, where a table cannot have one for each. */
export interface Room {
  /** Columns that a table can have, Keyway's own included. */
  readonly columns: number;
  /** How many of them Keyway takes for itself. */
  readonly own: number;
  /** The columns that there are; absent: the table is still to be made. */
  readonly stored?: StoredColumns | undefined;
  /** In how many records of a sample each property has a value. */
  readonly values?: ReadonlyMap<string, number> | undefined;
  /** Properties that a table is no use without. */
  readonly needed: readonly string[];
}

/**
 * All properties, those with a column of their own first, in the order of the columns; the others go to `_extra`. A property
 * whose column is there keeps it, so that the choice is the same from run to run.
 */
export function allotColumns(wanted: readonly PropertyColumn[], room: Room): readonly PropertyColumn[] {
  const chosen =
    room.stored === undefined ? firstChoice(wanted, room) : laterChoice(wanted, room, room.stored);
  const has = new Set(chosen);
  const others = wanted.filter((column) => !has.has(column));
  const { name, type } = extraColumn;
  return [...chosen, ...others.map((column) => ({ ...column, name, type }))];
}

/** Whether a table that is to be made has fewer columns than there are properties, so that it must be known which are used. */
export function isCrowded(properties: number, { columns, own }: Pick<Room, 'columns' | 'own'>): boolean {
  return properties > columns - own - forRetyped(columns);
}

/** Columns that a crowded table leaves free at first: for properties to come, and for what retyped ones leave behind. */
function spare(columns: number): number {
  return Math.ceil(columns / 20);
}

/** Columns that new properties leave free. */
function forRetyped(columns: number): number {
  return Math.ceil(columns / 80);
}

/** The busiest; and the newest, by which those that come later are known. */
function firstChoice(wanted: readonly PropertyColumn[], room: Room): readonly PropertyColumn[] {
  if (!isCrowded(wanted.length, room)) return wanted;
  const newest = wanted.toSorted(olderFirst).at(-1);
  const isNeeded = ({ property }: PropertyColumn): boolean =>
    room.needed.includes(property.name) || property === newest?.property;
  const values = ({ property }: PropertyColumn): number => room.values?.get(property.name) ?? 0;
  const sorted = wanted.toSorted(
    (a, b) => Number(isNeeded(b)) - Number(isNeeded(a)) || values(b) - values(a) || olderFirst(a, b),
  );
  return sorted.slice(0, room.columns - room.own - spare(room.columns));
}

/**
 * Who has a column keeps it. Of the others all get one if there is room for all; else only those that are newer than any
 * with a column, since the others were left out when the table was made.
 */
function laterChoice(
  wanted: readonly PropertyColumn[],
  { columns, needed }: Room,
  { types, used }: StoredColumns,
): readonly PropertyColumn[] {
  const places = new Map([...types.keys()].map((name, place) => [name, place]));
  const place = ({ name }: PropertyColumn): number => places.get(name) ?? 0;
  const there = wanted.filter(({ name, type }) => types.get(name) === type);
  const kept = there.toSorted((a, b) => place(a) - place(b));
  const missing = wanted.filter(({ name, type }) => types.get(name) !== type).toSorted(olderFirst);
  const isNeeded = ({ property }: PropertyColumn): boolean => needed.includes(property.name);
  const isRetyped = ({ name }: PropertyColumn): boolean => types.has(name);
  const first = missing.filter((column) => isNeeded(column) || isRetyped(column));
  const chosen = [...kept, ...first.slice(0, Math.max(0, columns - used))];
  const fresh = missing.filter((column) => !isNeeded(column) && !isRetyped(column));
  const left = Math.max(0, columns - used - first.length - forRetyped(columns));
  if (fresh.length <= left) return [...chosen, ...fresh];
  const newest = created(kept.toSorted(olderFirst).at(-1)?.property);
  return [...chosen, ...fresh.filter(({ property }) => created(property) > newest).slice(0, left)];
}

function created(property: Property | undefined): string {
  return property?.createdAt ?? '';
}

/** The order of definitions without a date is that of their names. */
function olderFirst({ property: a }: PropertyColumn, { property: b }: PropertyColumn): number {
  if (created(a) !== created(b)) return created(a) < created(b) ? -1 : 1;
  return a.name < b.name ? -1 : Number(a.name > b.name);
}
