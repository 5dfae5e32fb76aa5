import type { PipelineRun } from '../../src/run.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { SyncWorld } from './sync-world.ts';

/** Which records lived, and when each had last changed. */
export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, number>>;

const objects = ['contacts', 'companies', 'deals', 'tickets'];

export function snapshot(sandbox: Sandbox): Snapshot {
  const taken = new Map<string, Map<string, number>>();
  for (const object of objects) {
    const versions = new Map<string, number>();
    for (const record of sandbox.world.truth.records(object)) {
      if (record.state === 'active') versions.set(record.id, Date.parse(record.updatedAt));
    }
    taken.set(object, versions);
  }
  return taken;
}

/**
 * Promise 1: what a run claims to be complete up to holds every record that lived when it began, at that version or
 * newer. Records that have since left HubSpot's lists are for the next runs.
 */
export async function brokenClaims(
  world: SyncWorld,
  before: Snapshot,
  runs: readonly PipelineRun[],
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const { pipeline, outcome, completeUpTo } of runs) {
    const versions = before.get(pipeline);
    if (versions === undefined || outcome !== 'complete') continue;
    const { rows } = await world.client.query<{ id: string; updated: string }>(
      `select id::text, (extract(epoch from _updated_at) * 1000)::bigint::text as updated from "${world.schema}"."${pipeline}"`,
    );
    const stored = new Map(rows.map((row) => [row.id, Number(row.updated)]));
    for (const [id, updatedAt] of versions) {
      const still = world.sandbox.world.truth.record(pipeline, id)?.state === 'active';
      const claimed = updatedAt < (completeUpTo ?? Number.NEGATIVE_INFINITY);
      if (!still || !claimed) continue;
      const have = stored.get(id);
      if (have === undefined || have < updatedAt) {
        broken.push(
          `${pipeline} ${id}: claimed complete up to ${completeUpTo}, but has ${have ?? 'no row'}, not ${updatedAt}`,
        );
      }
    }
  }
  return broken;
}
