import type { FaultRule } from '../support/bigquery/faults.ts';
import type { Rewriting } from '../support/bigquery/rewriting-proxy.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import type { SyncOptions, World } from '../support/sync-world.ts';
import { replaysOldPages } from './plantings.ts';
import {
  commitOf,
  named,
  rewritten,
  sameStagingTables,
  secondIds,
  trustingInsertion,
  withSql,
} from './bigquery-plantings.ts';

/** A mistake that a warehouse in BigQuery could make, planted in what it sends. */
export interface BigqueryBug {
  readonly name: string;
  /** What gives it away. */
  readonly caughtBy: RegExp;
  readonly rewriting: () => Rewriting;
  /** Whether it takes two processes at once, whose calls wait for their turns. */
  readonly inTurn?: true;
  /** Troubles that the product survives. */
  readonly faults?: () => readonly FaultRule[];
  readonly options?: (world: World) => SyncOptions;
}

const lost = /claimed complete|has no row|stale|went back|missing/;
const failed = /ended (?!complete)/;
const begin = 'BEGIN TRANSACTION';
/** In the place of a statement: what a commit counts is found by its lines. */
const nothing = 'SELECT 1 AS nothing';
const never = Number.MAX_SAFE_INTEGER;

/** A commit's job that fails for good, having done nothing, now and then for a while. */
export function refusedCommits(match = /keyway-commit-/): FaultRule {
  let commits = 0;
  const strikes = (id: string): boolean => match.test(id) && ++commits % 5 === 0;
  return {
    kind: 'failed job',
    match: ({ jobId = '' }) => strikes(jobId),
    reason: 'invalidQuery',
    times: 6,
  };
}

/** Uploads and commits whose end nobody hears of. */
export function lostAnswers(match: RegExp): FaultRule {
  let fitting = 0;
  const strikes = (text: string): boolean => match.test(text) && ++fitting % 3 === 0;
  return { kind: 'lost answer', match: ({ method, jobId = '' }) => strikes(`${method} ${jobId}`) };
}

export const ofUploads = /^PUT /;
export const ofCommits = /^POST keyway-commit-/;

export const bigqueryBugs: readonly BigqueryBug[] = [
  {
    name: 'a checkpoint that is committed before its rows, by a job of its own',
    caughtBy: lost,
    faults: () => [refusedCommits(/keyway-commit-.*-rows/)],
    options: () => ({ sweepEvery: never }),
    rewriting: () => ({
      async job(job, send) {
        const { raise, rows } = commitOf(job) ?? {};
        if (raise === undefined || rows === undefined) return job;
        await send(withSql(named(job, '-checkpoint'), [raise]));
        return withSql(named(job, '-rows'), [begin, nothing, nothing, ...rows]);
      },
    }),
  },
  {
    name: 'statements that are not in a transaction',
    caughtBy: lost,
    options: () => ({ sweepEvery: never }),
    rewriting: () => stoppingMidway({ inTransaction: false }),
  },
  {
    name: 'a commit that asks nobody for the version that it replaces',
    caughtBy: /overtook|claim fell/,
    inTurn: true,
    rewriting: () => ({
      job(job) {
        const { raise, rows } = commitOf(job) ?? {};
        if (raise === undefined || rows === undefined) return job;
        return withSql(job, [begin, nothing, raise.replace(/ AND version = @\w+$/, ''), ...rows]);
      },
    }),
  },
  {
    name: 'a commit that does not raise the version',
    caughtBy: failed,
    rewriting: () => ({
      job(job) {
        const { guard, rows } = commitOf(job) ?? {};
        if (guard === undefined || rows === undefined) return job;
        return withSql(job, [begin, guard, nothing, ...rows]);
      },
    }),
  },
  {
    name: 'a MERGE that lets an older version replace a newer one',
    caughtBy: /went back|stale/,
    options: (world) => ({ around: { source: replaysOldPages(world), warehouse: smallBatches } }),
    rewriting: () => ({
      job: (job) => rewritten(job, /\(t\.(`\w+`) IS NULL OR [^ ]+ >= t\.\1\) AND /g, ''),
    }),
  },
  {
    name: 'an outcome that is not read from the checkpoint',
    caughtBy: lost,
    faults: () => [refusedCommits()],
    options: () => ({ sweepEvery: never }),
    rewriting: trustingInsertion,
  },
  {
    name: 'a commit that is asked for again under another id, since nobody heard of the first',
    caughtBy: /rows were given, but 0 counted/,
    faults: () => [lostAnswers(ofCommits)],
    rewriting: secondIds,
  },
  {
    name: 'a staging table that is used again',
    caughtBy: failed,
    rewriting: sameStagingTables,
  },
  {
    name: 'a column that is added within the transaction',
    caughtBy: failed,
    rewriting: () => ({
      job: (job) =>
        rewritten(
          job,
          /^BEGIN TRANSACTION;\n([^]*?MERGE INTO (`[^`]+`))/,
          'BEGIN TRANSACTION;\nALTER TABLE $2 ADD COLUMN IF NOT EXISTS `late` STRING;\n$1',
        ),
    }),
  },
];

/** So that an old page is not in one batch with a new one, which has the newest rows alone. */
function smallBatches(real: Warehouse): Warehouse {
  return { ...real, limits: { ...real.limits, rows: 1 } };
}

/** Scripts that now and then, for a while, stop behind the checkpoint. */
export function stoppingMidway({ inTransaction }: { readonly inTransaction: boolean }): Rewriting {
  let commits = 0;
  return {
    job(job) {
      const { guard, raise, rows } = commitOf(job) ?? {};
      if (guard === undefined || raise === undefined || rows === undefined) return job;
      const stops = ++commits % 5 === 0 && commits <= 30;
      const stop = stops ? ["SELECT ERROR('planted') AS stop"] : [];
      if (inTransaction) return withSql(job, [begin, guard, raise, ...stop, ...rows]);
      return withSql(job, [nothing, guard, raise, ...stop, ...rows.slice(0, -1)]);
    },
  };
}
