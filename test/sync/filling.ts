import { onTestFinished } from 'vitest';
import type { Checkpoint } from '../../src/checkpoint.ts';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import type { Scan, Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from '../support/sync-world.ts';

export const hour = 3_600_000;
export const only = ['contacts', 'owners', 'properties'];
/** Old records have a value of it. */
export const shoeSize = { name: 'shoe_size', type: 'number', fieldType: 'number', filled: true };

export async function account(choice: SandboxChoice = {}): Promise<SyncWorld> {
  const { url } = await withDatabase();
  const options = { seed: 3, contacts: 150, speed: 0, indexLag: { min: 0, max: 0 }, ...choice };
  const world = await openSyncWorld(url, options);
  onTestFinished(() => world.close());
  return world;
}

export interface Asked {
  readonly scan: Scan;
  readonly properties: readonly string[];
}

/** What HubSpot is asked for of contacts. */
export function listening(asked: Asked[]): (source: Source) => Source {
  return (source) => ({
    ...source,
    read(object, properties, scan, signal) {
      asked.push({ scan, properties });
      return source.read(object, properties, scan, signal);
    },
  });
}

export async function stored(world: SyncWorld): Promise<Extract<Checkpoint, { kind: 'live' | 'loading' }>> {
  const warehouse = await world.engine.open();
  try {
    const { checkpoint } = await warehouse.checkpoint('contacts');
    if (checkpoint?.kind !== 'live' && checkpoint?.kind !== 'loading') throw new Error('no checkpoint');
    return checkpoint;
  } finally {
    await warehouse.close();
  }
}

/** The process dies before a commit of contacts that `at` picks. */
export function dying(
  at: (checkpoint: Checkpoint, commits: number) => boolean,
): NonNullable<SyncOptions['around']> {
  let commits = 0;
  return {
    warehouse: (real: Warehouse) => ({
      ...real,
      limits: { ...real.limits, rows: 500 },
      commit: (batch) =>
        batch.pipeline === 'contacts' && at(batch.checkpoint, ++commits)
          ? Promise.reject(new Error('planted death'))
          : real.commit(batch),
    }),
  };
}
