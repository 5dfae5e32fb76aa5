import { hash } from '../random.ts';
import type { Facts } from './draw.ts';

/** A contact's primary company; some have none. Big companies have many: the square pulls towards the low numbers. */
export function primaryCompanyOf(facts: Facts, contact: number): number | undefined {
  return sharedTarget(facts, { object: 'companies', from: contact, salt: 51, share: 0.9 });
}

export function dealCompanyOf(facts: Facts, deal: number): number | undefined {
  return sharedTarget(facts, { object: 'companies', from: deal, salt: 52, share: 0.95 });
}

interface TargetChoice {
  readonly object: string;
  readonly from: number;
  readonly salt: number;
  /** How many of the sources have a target at all, 0 to 1. */
  readonly share: number;
}

/** The number of the record that another one is linked to, or nothing. */
export function sharedTarget(facts: Facts, { object, from, salt, share }: TargetChoice): number | undefined {
  const count = facts.count(object);
  const h = hash(facts.seed, from, salt);
  if (count === 0 || (h % 1000) / 1000 >= share) return undefined;
  const u = hash(facts.seed, from, salt + 1000) / 2 ** 32;
  return Math.floor(u * u * count);
}
