import { onTestFinished } from 'vitest';
import type { HistoryQuestion } from '../../src/history.ts';
import type { PipelineRun } from '../../src/run.ts';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import type { Source } from '../../src/source.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

export async function openAccount(choice: SandboxChoice = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const account = { seed: 5, contacts: 60, extraProperties: 0, nastyRate: 0, speed: 0, ...choice };
  const world = await openSyncWorld(url, account);
  onTestFinished(() => world.close());
  return world;
}

interface Asked extends HistoryQuestion {
  readonly object: string;
}

/** Syncs, and tells what was asked of history and what became of it. */
export async function syncHistory(
  world: SyncWorld,
  options: SyncOptions & { readonly bend?: (source: Source) => Source } = {},
): Promise<{ readonly run: PipelineRun; readonly asked: readonly Asked[] }> {
  const { bend = (source) => source, ...rest } = options;
  const asked: Asked[] = [];
  const listening = (source: Source): Source => ({
    ...source,
    history(object, question, signal) {
      asked.push({ ...question, object: object.object });
      return source.history(object, question, signal);
    },
  });
  const runs = await world.sync({ ...rest, around: { source: (source) => bend(listening(source)) } });
  return { run: runs.find(({ pipeline }) => pipeline === 'property_history')!, asked };
}

export const living = (world: SyncWorld, object: string): readonly string[] =>
  [...world.sandbox.world.truth.records(object)]
    .filter(({ state }) => state === 'active')
    .map(({ id }) => id);

export async function timeline(world: SyncWorld, id: string, property: string): Promise<readonly unknown[]> {
  const { rows } = await world.client.query<{ value: string }>(
    `select value from "${world.schema}".property_history where object_id = $1 and property = $2
      order by changed_at`,
    [id, property],
  );
  return rows.map(({ value }) => value);
}
