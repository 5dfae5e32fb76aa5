import type { Pair } from './both.ts';

/** What HubSpot says that the two keys may do. */
export interface ScopeComparison extends Pair<readonly string[] | null> {
  /** Of the legacy token alone, or of the Service Key alone; empty where the scopes of either are not known. */
  readonly onlyLegacy: readonly string[];
  readonly onlyKey: readonly string[];
  /** What the settings need, the legacy token has and the Service Key lacks. */
  readonly toTick: readonly string[];
  /** Of the legacy token's: what nothing in the settings needs. */
  readonly notNeeded: readonly string[];
  /** Of those, what lets change something in HubSpot. */
  readonly writing: readonly string[];
}

/** Compares scopes by name. `needs`: of each, any one scope will do. */
export function compareScopes(
  { legacy, key }: Pair<readonly string[] | undefined>,
  needs: readonly (readonly string[])[],
): ScopeComparison {
  const known = legacy !== undefined && key !== undefined;
  const without = (scopes: readonly string[] = [], others: readonly string[] = []): readonly string[] =>
    known ? scopes.filter((scope) => !others.includes(scope)).toSorted() : [];
  const needed = new Set(needs.flat());
  const notNeeded = (legacy ?? []).filter((scope) => !needed.has(scope) && !harmless.has(scope)).toSorted();
  return {
    legacy: legacy ?? null,
    key: key ?? null,
    onlyLegacy: without(legacy, key),
    onlyKey: without(key, legacy),
    toTick: known ? [...new Set(needs.flatMap((need) => lost(need, legacy, key)))] : [],
    notNeeded,
    writing: notNeeded.filter((scope) => writes.test(scope)),
  };
}

/** The scope to tick: the one that the legacy token has. */
function lost(
  anyOf: readonly string[],
  legacy: readonly string[],
  key: readonly string[],
): readonly string[] {
  if (anyOf.some((scope) => key.includes(scope))) return [];
  const held = anyOf.find((scope) => legacy.includes(scope));
  return held === undefined ? [] : [held];
}

/** Every token has it; nobody can tick it. */
const harmless: ReadonlySet<string> = new Set(['oauth']);

const writes = /\.(?:write|delete|create|edit|send|invoke)(?:\.|$)/;
