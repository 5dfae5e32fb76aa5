import type { KeyNeed } from '../hubspot/index.ts';
import type { StoredKey } from '../service-key.ts';
import type { AppParts } from './app.ts';
import { scopeNeeds } from './scope-needs.ts';
import { selectPipelines, syncedCustom } from './select-pipelines.ts';

export interface KnownBefore {
  /** Names of checkpoints: what has synced before. */
  readonly synced: readonly string[];
  readonly keys: readonly StoredKey[];
}

/**
 * What a new key has to be able to read: whatever is named in the settings or has synced before. Sensitive values are among it
 * only where the key before could read them, since only their definitions tell whether there are any.
 */
export function keyNeeds({ settings }: AppParts, { synced, keys }: KnownBefore): readonly KeyNeed[] {
  const selection = selectPipelines(settings, [], { custom: syncedCustom(synced) });
  const held = keys.find(({ replacedAt }) => replacedAt === undefined)?.scopes ?? [];
  const objects = new Map(selection.objects.map(({ name, object }) => [name, object]));
  return scopeNeeds(selection, settings)
    .filter(({ named, pipeline }) => named || synced.includes(pipeline))
    .filter(
      ({ sensitivity, anyOf }) => sensitivity === undefined || anyOf.some((scope) => held.includes(scope)),
    )
    .map(({ pipeline, anyOf }) => {
      const object = objects.get(pipeline);
      return { pipeline, anyOf, ...(object === undefined ? {} : { object }) };
    });
}
