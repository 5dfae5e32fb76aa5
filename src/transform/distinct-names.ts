import { fitsName, hashedName, type NameLimits } from '../names.ts';

/** Something that HubSpot gives a name, and when it did; its own things have no date or the oldest. */
export interface Named {
  readonly name: string;
  readonly createdAt: string | null;
}

export interface DistinctRules extends NameLimits {
  /** Names that are in use already, whatever their case. */
  readonly used: readonly string[];
}

/**
 * A name in the warehouse for each: its own, unless it cannot have that, it is in use, or differs from an older one's only in case.
 * Then it ends in a hash of its own name, which stays the same whatever else comes or goes.
 */
export function distinctNames(
  all: readonly Named[],
  { used: before, ...limits }: DistinctRules,
): ReadonlyMap<string, string> {
  const used = new Set(before.map((name) => name.toLowerCase()));
  const names = new Map<string, string>();
  for (const { name } of all.toSorted(olderFirst)) {
    let chosen = name;
    // Somebody may have named a property like the hashed name of another.
    for (let round = 0; !fitsName(chosen, limits) || used.has(chosen.toLowerCase()); round++) {
      chosen = hashedName(name, limits, round);
    }
    used.add(chosen.toLowerCase());
    names.set(name, chosen);
  }
  return names;
}

function olderFirst(a: Named, b: Named): number {
  const [left, right] = [a.createdAt ?? '', b.createdAt ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.name < b.name ? 1 : -1;
}
