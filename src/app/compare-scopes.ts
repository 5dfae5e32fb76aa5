import type { Pair } from '../compare/index.ts';
import { mayWrite } from './may-write.ts';
import { judgeScopes, type ScopeNeed } from './scope-needs.ts';

/** What HubSpot says that the two keys may do; `null`: it does not say. */
export interface ScopeComparison extends Pair<readonly string[] | null> {
  /** Of one of them alone; empty where the scopes of either are not known. */
  readonly onlyLegacy: readonly string[];
  readonly onlyKey: readonly string[];
  /** What is to be compared needs it, the legacy token has it and the Service Key lacks it. */
  readonly toTick: readonly string[];
  /** Of the legacy token's: what nothing that is synced needs. The Service Key can do without. */
  readonly notNeeded: readonly string[];
  /** Of those, what lets change something in HubSpot. */
  readonly writing: readonly string[];
}

/** Compares scopes by name. `needs`: of all that this installation syncs; `asked`: of what is compared. */
export function compareScopes(
  { legacy, key }: Pair<readonly string[] | undefined>,
  { needs, asked }: { readonly needs: readonly ScopeNeed[]; readonly asked: readonly ScopeNeed[] },
): ScopeComparison {
  const known = legacy !== undefined && key !== undefined;
  const notNeeded = judgeScopes(needs, legacy ?? []).unused.toSorted();
  return {
    legacy: legacy ?? null,
    key: key ?? null,
    onlyLegacy: known ? without(legacy, key) : [],
    onlyKey: known ? without(key, legacy) : [],
    toTick: known ? [...new Set(asked.flatMap(({ anyOf }) => lost(anyOf, { legacy, key })))] : [],
    notNeeded,
    writing: notNeeded.filter(mayWrite),
  };
}

function without(scopes: readonly string[], others: readonly string[]): readonly string[] {
  return scopes.filter((scope) => !others.includes(scope)).toSorted();
}

/** The scope that the legacy token has of those that would do. */
function lost(anyOf: readonly string[], { legacy, key }: Pair<readonly string[]>): readonly string[] {
  if (anyOf.some((scope) => key.includes(scope))) return [];
  return anyOf.filter((scope) => legacy.includes(scope)).slice(0, 1);
}
