import { onTestFinished } from 'vitest';
import type { PipelineRun } from '../../src/run.ts';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import { bendingProxy, type Passing } from '../support/bending-proxy.ts';
import { compareLists } from '../support/compare-lists.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

export const day = 86_400_000;

export async function opened(choice: SandboxChoice = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 3, contacts: 60, extraProperties: 0, speed: 0, ...choice });
  onTestFinished(() => world.close());
  return world;
}

export async function syncLists(world: SyncWorld, options: SyncOptions = {}): Promise<PipelineRun> {
  const [run] = await world.sync({ only: ['lists'], ...options });
  return run!;
}

/** So far. */
export function memberCalls({ sandbox }: SyncWorld): number {
  return sandbox.requests().of('/lists/:listId/memberships');
}

export function wrong({ tables, sandbox }: SyncWorld): Promise<readonly string[]> {
  return compareLists(tables, sandbox);
}

export async function membersOf(world: SyncWorld, list: string): Promise<readonly string[]> {
  const rows = await world.tables.rows('list_memberships');
  return rows.filter((row) => row['list_id'] === list).map((row) => String(row['record_id']));
}

export function living(world: SyncWorld, object: string): readonly string[] {
  const records = [...world.sandbox.world.truth.records(object)];
  return records.filter(({ state }) => state === 'active').map(({ id }) => id);
}

/** A list of so many contacts. */
export function listOf(world: SyncWorld, members: readonly string[]): string {
  const list = world.sandbox.world.addList({ name: 'Ours', object: 'contacts' });
  for (const id of members) world.sandbox.world.addToList(list, id);
  return list;
}

export function bent(world: SyncWorld, bend: (passing: Passing) => object | undefined): Promise<string> {
  return bendingProxy(
    () => world.sandbox.url,
    (passing) => {
      const body = bend(passing);
      return body && { body };
    },
  );
}
