import type { Checkpoint } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import { timestampCell } from '../pipeline.ts';
import { heldElsewhere } from '../transform/index.ts';
import type { ObjectRun } from './object-run.ts';

/**
 * Records that a step has found to be deleted for good. Their rows are cleared when the step is through and it is known
 * how many they are: a mistake of HubSpot's, or the key's, is not believed by instalments. A process that dies before
 * finds them again, since their rows still live.
 */
export interface Deletions {
  add(ids: readonly string[]): void;
  /** These live all the same: they have come back meanwhile. */
  spare(records: readonly { readonly id: string }[]): void;
  /** Those found since the last time. */
  take(): readonly string[];
}

export function openDeletions(): Deletions {
  const found = new Set<string>();
  return {
    add(ids) {
      for (const id of ids) found.add(id);
    },
    spare(records) {
      if (found.size > 0) for (const { id } of records) found.delete(id);
    },
    take() {
      const taken = [...found];
      found.clear();
      return taken;
    },
  };
}

/** Clears their rows; throws `mass_deletion`, and clears nothing, when they are too many to be believed. */
export async function clearDeleted(run: ObjectRun, checkpoint: Checkpoint): Promise<void> {
  const ids = run.deletions.take();
  await allow(run, ids.length);
  const { table } = run.shape;
  const deletedAt = timestampCell(run.startedAt);
  for (let at = 0; at < ids.length; at += idsPerPart) {
    const some = ids.slice(at, at + idsPerPart);
    const write = { kind: 'purge', table, ids: some, deletedAt, held: heldElsewhere } as const;
    await run.batcher.add({ writes: [write], rows: some.length, size: 0, checkpoint });
  }
}

const idsPerPart = 500;

async function allow({ context, pipeline }: ObjectRun, deletions: number): Promise<void> {
  if (context.settings.acceptDeletions || deletions <= fewDeletions) return;
  const rows = await context.warehouse.countLiving({ table: pipeline.name });
  if (deletions <= rows * smallShare) return;
  throw new KeywayError(
    'mass_deletion',
    `HubSpot says that ${deletions} of the ${pipeline.name} were deleted for good since the last look; ${rows} rows live. No row was cleared. If it is true, run keyway sync ${pipeline.name} --accept-deletions.`,
    { verdict: 'retry', details: { pipeline: pipeline.name, deletions, rows } },
  );
}

const fewDeletions = 1000;
const smallShare = 0.05;
