import type { Checkpoint } from '../checkpoint.ts';
import type { StoredCheckpoint, Warehouse, Write } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { joinWrites } from './join-writes.ts';

/** What a page adds to a batch, and the checkpoint once it is in. */
export interface Part {
  readonly writes: readonly Write[];
  readonly rows: number;
  /** About how many characters. */
  readonly size: number;
  readonly checkpoint: Checkpoint;
}

export interface Batcher {
  /** Resolves when there is room for more: at most one batch is being committed while another fills. */
  add(part: Part): Promise<void>;
  /** Commits what is left and waits for it. */
  flush(): Promise<void>;
  /** Waits for the batch that is being committed, whatever becomes of it. */
  settled(): Promise<void>;
  readonly stored: StoredCheckpoint;
  /** So many have been added so far. */
  rows(): number;
}

/**
 * Regroups pages into batches under the warehouse's limits; loading overlaps extraction. `completed` adds to each checkpoint
 * what its step does not know.
 */
export function makeBatcher(
  context: SyncContext,
  pipeline: string,
  start: StoredCheckpoint,
  completed: (checkpoint: Checkpoint) => Checkpoint = (checkpoint) => checkpoint,
): Batcher {
  const { warehouse, clock } = context;
  let stored = start;
  let filling: Part[] = [];
  let since = clock.now();
  let added = 0;
  let committing: Promise<void> = Promise.resolve();

  const commit = async (parts: readonly Part[]): Promise<void> => {
    const { checkpoint } = parts.at(-1)!;
    const writes = joinWrites(parts.flatMap((part) => part.writes));
    const batch = { pipeline, runId: context.runId, writes, checkpoint, replaces: stored.version };
    const { version, ...counts } = await warehouse.commit(batch);
    stored = { version, checkpoint };
    context.count(counts);
  };
  const begin = async (): Promise<void> => {
    await committing;
    const parts = filling;
    filling = [];
    since = clock.now();
    if (parts.length === 0) return;
    committing = commit(parts);
    // Whoever awaits it next sees the error; until then it is not unhandled.
    committing.catch(() => undefined);
  };
  return {
    async add(part) {
      const checkpoint = completed(part.checkpoint);
      added += part.rows;
      filling.push({ ...part, checkpoint, writes: part.writes.map(packed(warehouse)) });
      if (isFull(filling, warehouse) || clock.now() - since >= warehouse.limits.wait) await begin();
    },
    async flush() {
      await begin();
      await committing;
    },
    async settled() {
      await committing.catch(() => undefined);
    },
    get stored() {
      return stored;
    },
    rows: () => added,
  };
}

/** What waits is packed at once: the page that its values are parts of can go. */
function packed(warehouse: Warehouse): (write: Write) => Write {
  return (write) => {
    if (write.kind !== 'upsert') return write;
    const pack = warehouse.packer(write.table);
    return { ...write, rows: write.rows.map((row) => ('bytes' in row ? row : pack(row))) };
  };
}

/** What closes and clears names every column of its table several times, and joins nothing: one is enough for a batch. */
function isFull(parts: readonly Part[], { limits: { rows, bytes } }: Warehouse): boolean {
  const clears = parts.at(-1)?.writes.some((write) => write.kind === 'purge' && write.inBin !== true);
  return clears === true || sum(parts, 'rows') >= rows || sum(parts, 'size') >= bytes;
}

function sum(parts: readonly Part[], of: 'rows' | 'size'): number {
  return parts.reduce((total, part) => total + part[of], 0);
}
