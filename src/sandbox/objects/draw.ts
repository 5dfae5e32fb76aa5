import { hash } from '../random.ts';

/** What is known of one record before its values are made: values are a pure function of this. */
export interface Draw {
  readonly seed: number;
  /** The record's number within its object, from 0; its id follows from it. */
  readonly n: number;
  readonly created: number;
  /** The watermark as it is now: only the system properties may look at it. */
  readonly updated: number;
  readonly facts: Facts;
}

/** What values may know of the rest of the account. */
export interface Facts {
  readonly seed: number;
  readonly startAt: number;
  readonly nastyRate: number;
  readonly ownerIds: readonly string[];
  /** How many records of an object the account began with. */
  count(object: string): number;
  id(object: string, n: number): string;
}

/** Makes the value of one property; the salt keeps properties independent of each other. */
export type Fill = (draw: Draw, salt: number) => string | null;

/** A number in [0, 1). */
export function chance(draw: Draw, salt: number): number {
  return hash(draw.seed, draw.n, salt) / 2 ** 32;
}

/** A whole number in [0, below). */
export function roll(draw: Draw, salt: number, below: number): number {
  return hash(draw.seed, draw.n, salt) % below;
}

export function pick<T>(draw: Draw, salt: number, from: readonly T[]): T {
  return from[roll(draw, salt, from.length)] as T;
}

/** An instant as HubSpot writes it. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export const fills = {
  none: (() => null) satisfies Fill,
  oneOf:
    (values: readonly string[]): Fill =>
    (draw, salt) =>
      pick(draw, salt, values),
  /** Has a value in a share of the records. */
  sometimes:
    (share: number, fill: Fill): Fill =>
    (draw, salt) =>
      chance(draw, salt ^ 0x5f3759df) < share ? fill(draw, salt) : null,
  integer:
    (below: number): Fill =>
    (draw, salt) =>
      String(roll(draw, salt, below)),
  decimal:
    (below: number): Fill =>
    (draw, salt) =>
      (roll(draw, salt, below * 100) / 100).toString(),
  /** An instant between the record's creation and the beginning of the sandbox. */
  instant: ((draw, salt) =>
    iso(
      draw.created + Math.floor(chance(draw, salt) * Math.max(0, draw.facts.startAt - draw.created)),
    )) satisfies Fill,
  /** A day within a year of the record's creation. */
  day: ((draw, salt) =>
    iso(draw.created + (roll(draw, salt, 365) - 60) * 86_400_000).slice(0, 10)) satisfies Fill,
  owner: ((draw, salt) => pick(draw, salt, draw.facts.ownerIds)) satisfies Fill,
  yesNo:
    (share: number): Fill =>
    (draw, salt) =>
      chance(draw, salt) < share ? 'true' : 'false',
};
