import type { Committed } from '../../warehouse.ts';
import type { Job } from './api.ts';
import type { Connection } from './connection.ts';
import { childrenOf } from './jobs.ts';
import { resultsOf } from './query.ts';
import { changedRows, type Step } from './step.ts';

type Counts = Omit<Committed, 'version'>;

const none: Counts = { inserted: 0, updated: 0, removed: 0, unchanged: 0 };

/**
 * What the statements' own jobs tell of a commit. It stands whatever they say: where they say nothing, its rows are missing
 * from the counts, which is logged.
 */
export async function countsOf(
  connection: Connection,
  job: Job | undefined,
  steps: readonly Step[],
): Promise<Counts> {
  if (steps.every(({ counts, answers }) => counts === undefined && answers === undefined)) return none;
  const counts = job === undefined ? undefined : await lookedUp(connection, job, steps);
  if (counts !== undefined) return counts;
  connection.log.warn(
    { job: job?.jobReference?.jobId },
    'a commit stands, but BigQuery does not tell how many rows it changed: the counts of this run are without them',
  );
  return none;
}

async function lookedUp(
  connection: Connection,
  job: Job,
  steps: readonly Step[],
): Promise<Counts | undefined> {
  try {
    for (let looks = 0; looks < mostLooks; looks++) {
      // Another place than the one that the job itself is read from: it may be behind.
      if (looks > 0) await connection.clock.sleep(1_000 * looks);
      const counts = await told(connection, job, steps);
      if (counts !== undefined) return counts;
    }
  } catch (error) {
    connection.log.debug({ error: String(error) }, 'the jobs of a commit cannot be looked up');
  }
  return undefined;
}

const mostLooks = 3;

/** Nothing unless each statement tells. */
async function told(connection: Connection, job: Job, steps: readonly Step[]): Promise<Counts | undefined> {
  const children = await childrenOf(connection, job);
  const total: { -readonly [Name in keyof Counts]: Counts[Name] } = { ...none };
  for (const [place, step] of steps.entries()) {
    const counts = await countsOfStep(connection, children.get(place + 1), step);
    if (counts === undefined) return undefined;
    for (const name of ['inserted', 'updated', 'removed', 'unchanged'] as const) {
      total[name] += counts[name] ?? 0;
    }
  }
  return total;
}

async function countsOfStep(
  connection: Connection,
  child: Job | undefined,
  { counts, answers }: Step,
): Promise<Partial<Counts> | undefined> {
  if (counts === undefined && answers === undefined) return {};
  if (child === undefined) return undefined;
  if (answers === undefined) {
    const rows = changedRows(child);
    return rows && counts?.(rows);
  }
  const [[row] = []] = await Array.fromAsync(resultsOf(connection, child, 1));
  return row && answers(Number(Object.values(row)[0] ?? 0));
}
