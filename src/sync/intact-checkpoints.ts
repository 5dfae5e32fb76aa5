import type { Checkpoint } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { Instant } from '../source.ts';
import type { StoredCheckpoint, Warehouse } from '../warehouse.ts';

/**
 * The warehouse, but a checkpoint that makes no sense ends the pipeline that asks for it. Taken for none it would have everything
 * read again, and by half of one changes would be missed: somebody has to know. Where all are asked for, such a pipeline is one that
 * has not been loaded. `now`: by HubSpot's clock.
 */
export function intactCheckpoints(warehouse: Warehouse, now: () => Instant): Warehouse {
  return {
    ...warehouse,
    async checkpoint(name) {
      const stored = await warehouse.checkpoint(name);
      const problem = problemOf(stored, now());
      if (problem === undefined) return stored;
      const [pipeline = name] = name.split('/');
      throw new KeywayError(
        'warehouse_refused',
        `The stored checkpoint ${JSON.stringify(name)} ${problem}. keyway reset ${pipeline} forgets it, and the next sync loads ${pipeline} again; rows stay.`,
        { verdict: 'retry' },
      );
    },
    async checkpoints() {
      const all = await warehouse.checkpoints();
      return new Map(
        [...all].map(([name, stored]) => [
          name,
          problemOf(stored, now()) === undefined ? stored : { version: stored.version },
        ]),
      );
    },
  };
}

function problemOf({ version, checkpoint }: StoredCheckpoint, now: Instant): string | undefined {
  if (version === 0 && checkpoint === undefined) return undefined;
  if (!isIntact(checkpoint))
    return 'makes no sense: somebody has changed it, or it was written by another version';
  const upTo = reached(checkpoint);
  if (upTo === undefined || upTo <= now + clockMargin) return undefined;
  return `has come to ${new Date(upTo).toISOString()}, a time that by HubSpot's clock is yet to come: a wrong clock was believed, and changes since may be missing`;
}

function isIntact(checkpoint: Checkpoint | undefined): checkpoint is Checkpoint {
  if (typeof checkpoint !== 'object' || !Object.hasOwn(instants, checkpoint?.kind ?? '')) return false;
  const told: Readonly<Record<string, unknown>> = { ...checkpoint };
  return instants[checkpoint.kind].every((name) => isInstant(told[name]));
}

function isInstant(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= longestTime;
}

/** Milliseconds before and after 1970 (ECMAScript, Time Values and Time Range). */
const longestTime = 8.64e15;

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

/** By HubSpot's clock: from there the next changes are read. */
function reached(checkpoint: Checkpoint): Instant | undefined {
  if (checkpoint.kind === 'loading') return checkpoint.startedAt;
  return checkpoint.kind === 'live' ? checkpoint.watermark : undefined;
}

/** Milliseconds by which the clocks of HubSpot's servers may differ. */
const clockMargin = 600_000;
