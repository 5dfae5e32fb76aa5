import { createHash } from 'node:crypto';
import type { Property } from '../source.ts';
import type { WarehouseLimits } from '../warehouse.ts';

export interface NameRules extends Pick<WarehouseLimits, 'identifierBytes' | 'reservedColumns'> {
  /** Columns that the table has besides the properties'. */
  readonly taken: readonly string[];
}

/**
 * The column of each property: HubSpot's internal name, unless it is too long, is reserved, or differs from an older
 * property's only in case. Then it ends in a hash of the full name, which stays the same whatever else comes or goes.
 */
export function columnNames(
  properties: readonly Pick<Property, 'name' | 'createdAt'>[],
  rules: NameRules,
): ReadonlyMap<string, string> {
  const used = new Set([...rules.taken, ...rules.reservedColumns].map((name) => name.toLowerCase()));
  const names = new Map<string, string>();
  for (const { name } of properties.toSorted(olderFirst)) {
    const fits = Buffer.byteLength(name) <= rules.identifierBytes && !used.has(name.toLowerCase());
    const column = fits ? name : hashed(name, rules.identifierBytes);
    used.add(column.toLowerCase());
    names.set(name, column);
  }
  return names;
}

/** The older property keeps its name; HubSpot's own have no date or the oldest. */
function olderFirst(
  a: Pick<Property, 'name' | 'createdAt'>,
  b: Pick<Property, 'name' | 'createdAt'>,
): number {
  const [left, right] = [a.createdAt ?? '', b.createdAt ?? ''];
  if (left !== right) return left < right ? -1 : 1;
  return a.name < b.name ? 1 : -1;
}

function hashed(name: string, limit: number): string {
  const suffix = `_${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  return cut(name, limit - suffix.length) + suffix;
}

/** At most `limit` bytes of UTF-8, cut between characters. */
function cut(name: string, limit: number): string {
  let kept = '';
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > limit) break;
    kept += character;
  }
  return kept;
}
