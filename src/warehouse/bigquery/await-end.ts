import { KeywayError } from '../../errors.ts';
import type { Job } from './api.ts';
import type { Connection } from './connection.ts';

/**
 * Asks for a job until it has ended. One that runs is BigQuery's to end, after six hours at the latest; one that waits for
 * its turn is left alone after a while: what it would write is fenced, and what it would read is gone by then.
 */
export async function awaitEnd(connection: Connection, begun: Job, look: () => Promise<Job>): Promise<Job> {
  const { stop } = connection.options;
  let current = begun;
  const waited = { inAll: 0, pending: 0, stopping: 0 };
  for (let polls = 0; current.status?.state !== 'DONE'; polls++) {
    const isPending = current.status?.state !== 'RUNNING';
    if (isPending && waited.pending > longestPending) throw stillPending(connection, begun);
    if (waited.stopping > longestStop) throw leftAlone(connection, begun);
    const wait = Math.min(100 * 1.5 ** polls, longestWait);
    await connection.clock.sleep(wait);
    tell(connection, current, waited.inAll, waited.inAll + wait);
    waited.inAll += wait;
    if (isPending) waited.pending += wait;
    if (stop?.aborted === true) waited.stopping += wait;
    current = await look();
  }
  return current;
}

/** Milliseconds, like all of these. */
const longestWait = 5_000;
const longestPending = 30 * 60_000;
const longestStop = 20_000;
const tellEvery = 60_000;

function tell({ log }: Connection, job: Job, before: number, after: number): void {
  if (Math.floor(before / tellEvery) === Math.floor(after / tellEvery)) return;
  const facts = {
    job: job.jobReference?.jobId,
    state: job.status?.state,
    minutes: Math.floor(after / tellEvery),
  };
  log.warn(facts, 'a job of BigQuery takes its time');
}

function stillPending({ place }: Connection, { jobReference }: Job): KeywayError {
  return new KeywayError(
    'warehouse_unavailable',
    `${place.server} has not begun a job within ${longestPending / 60_000} minutes (${jobReference?.jobId}). Other jobs of the project may have all the slots: see BigQuery, Monitoring. Keyway tries again at the next run.`,
    { verdict: 'retry' },
  );
}

function leftAlone({ place }: Connection, { jobReference }: Job): KeywayError {
  return new KeywayError(
    'warehouse_unavailable',
    `A job of ${place.server} was still running when Keyway was stopped (${jobReference?.jobId}). The next run reads from the checkpoint what became of it.`,
    { verdict: 'retry' },
  );
}
