import type { Checkpoint } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { StoredCheckpoint, Warehouse } from '../warehouse.ts';

/**
 * The warehouse, but a checkpoint that makes no sense ends the pipeline that asks for it. Taken for none it would have everything
 * read again, and by half of one changes would be missed: somebody has to know. Where all are asked for, such a pipeline is one that has not been loaded.
 */
export function intactCheckpoints(warehouse: Warehouse): Warehouse {
  return {
    ...warehouse,
    async checkpoint(name) {
      const stored = await warehouse.checkpoint(name);
      if (isIntact(stored)) return stored;
      const [pipeline = name] = name.split('/');
      throw new KeywayError(
        'warehouse_refused',
        `The stored checkpoint ${JSON.stringify(name)} makes no sense: somebody has changed it, or it was written by another version. keyway reset ${pipeline} forgets it, and the next sync loads ${pipeline} again; rows stay.`,
        { verdict: 'retry' },
      );
    },
    async checkpoints() {
      const all = await warehouse.checkpoints();
      return new Map(
        [...all].map(([name, stored]) => [name, isIntact(stored) ? stored : { version: stored.version }]),
      );
    },
  };
}

function isIntact({ version, checkpoint }: StoredCheckpoint): boolean {
  if (version === 0 && checkpoint === undefined) return true;
  if (typeof checkpoint !== 'object' || !Object.hasOwn(instants, checkpoint?.kind ?? '')) return false;
  const { kind } = checkpoint;
  const told: Readonly<Record<string, unknown>> = { ...checkpoint };
  return instants[kind].every((name) => Number.isFinite(told[name]));
}

/** What none of a kind can do without. */
const instants: Readonly<Record<Checkpoint['kind'], readonly string[]>> = {
  loading: ['startedAt'],
  live: ['watermark'],
  links: ['written', 'steppedAt'],
  lists: [],
  history: ['written'],
  snapshot: ['takenAt'],
  columns: [],
  rules: ['rules'],
  backfill: ['startedAt', 'read', 'expected'],
};
