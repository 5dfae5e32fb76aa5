import { onlyOnce, stillMet, type KeyNeed } from '../hubspot/index.ts';
import type { StoredKey } from '../service-key.ts';
import type { AppParts } from './app.ts';
import { scopeNeeds, type ScopeNeed } from './scope-needs.ts';
import { selectPipelines, syncedCustom, type Selection } from './select-pipelines.ts';

export interface KnownBefore {
  /** Names of checkpoints: what has synced before. */
  readonly synced: readonly string[];
  readonly keys: readonly StoredKey[];
  /** Pipelines that this run was asked for. */
  readonly requested?: readonly string[];
}

/**
 * What a new key has to be able to read: whatever is named or has synced before, as far as the key before could.
 * Sensitive values are among it only where that is known to, since only their definitions tell whether there are any.
 */
export function keyNeeds(
  { settings }: AppParts,
  { synced, keys, requested = [] }: KnownBefore,
): readonly KeyNeed[] {
  const selected = [[], requested].map((names) =>
    selectPipelines(settings, names, { custom: syncedCustom(synced) }),
  );
  const before = keys.find(({ replacedAt }) => replacedAt === undefined)?.scopes;
  const needs = selected.flatMap((selection) => {
    const wanted = scopeNeeds(selection, settings).filter(
      ({ named, pipeline }) => named || synced.includes(pipeline),
    );
    return asKeyNeeds(before === undefined ? plain(wanted) : wanted, selection);
  });
  return stillMet(onlyOnce(needs), before);
}

/**
 * What a key that takes over in the midst of a run has to be able to read, besides: whatever the run reads, as far as the key that
 * it began with could. Where HubSpot does not tell that key's scopes, what is named.
 */
export function runNeeds(
  { settings }: AppParts,
  selection: Selection,
  granted: readonly string[] | undefined,
): readonly KeyNeed[] {
  const needs = scopeNeeds(selection, settings);
  if (granted === undefined) return asKeyNeeds(plain(needs.filter(({ named }) => named)), selection);
  return stillMet(asKeyNeeds(needs, selection), granted);
}

function plain(needs: readonly ScopeNeed[]): readonly ScopeNeed[] {
  return needs.filter(({ sensitivity }) => sensitivity === undefined);
}

function asKeyNeeds(needs: readonly ScopeNeed[], { objects, pipelines }: Selection): readonly KeyNeed[] {
  const all = [...objects, ...pipelines.filter((pipeline) => pipeline.kind === 'object')];
  const paths = new Map(all.map(({ name, object }) => [name, object]));
  return needs.map(({ pipeline, anyOf }) => {
    const object = paths.get(pipeline);
    return { pipeline, anyOf, ...(object === undefined ? {} : { object }) };
  });
}
