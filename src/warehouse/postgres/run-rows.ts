import type { ErrorCode } from '../../errors.ts';
import type { PipelineOutcome, PipelineRun, Run, RunOutcome } from '../../run.ts';
import { milliseconds } from './instant.ts';

export interface RunRow {
  readonly id: string;
  readonly command: string;
  readonly version: string;
  readonly portal_id: string;
  readonly key_fingerprint: string;
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly outcome: RunOutcome;
  readonly error: string | null;
}

export interface PipelineRunRow {
  readonly run_id: string;
  readonly pipeline: string;
  readonly started_at: number;
  readonly finished_at: number | null;
  readonly outcome: PipelineOutcome;
  readonly code: ErrorCode | null;
  readonly reason: string | null;
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  readonly misfits: number;
  readonly misfits_by_property: Readonly<Record<string, number>> | null;
  readonly complete_up_to: number | null;
}

export const runColumns = [
  'id::text as id, command, version, portal_id, key_fingerprint, outcome, error',
  inMilliseconds('started_at'),
  inMilliseconds('finished_at'),
].join(', ');

export const pipelineRunColumns = [
  'run_id::text as run_id, pipeline, outcome, code, reason, misfits_by_property',
  ...['read', 'inserted', 'updated', 'removed', 'unchanged', 'misfits'].map(
    (name) => `"${name}"::float8 as "${name}"`,
  ),
  ...['started_at', 'finished_at', 'complete_up_to'].map(inMilliseconds),
].join(', ');

export function runOf(row: RunRow): Run {
  return {
    id: row.id,
    command: row.command,
    version: row.version,
    portalId: row.portal_id,
    keyFingerprint: row.key_fingerprint,
    startedAt: row.started_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    outcome: row.outcome,
    ...(row.error === null ? {} : { error: row.error }),
  };
}

export function pipelineRunOf(row: PipelineRunRow): PipelineRun {
  const { read, inserted, updated, removed, unchanged, misfits } = row;
  return {
    runId: row.run_id,
    pipeline: row.pipeline,
    startedAt: row.started_at,
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at }),
    outcome: row.outcome,
    ...(row.code === null ? {} : { code: row.code }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    counts: { read, inserted, updated, removed, unchanged, misfits },
    ...(row.misfits_by_property === null ? {} : { misfitsByProperty: mostFirst(row.misfits_by_property) }),
    ...(row.complete_up_to === null ? {} : { completeUpTo: row.complete_up_to }),
  };
}

/** jsonb has an order of its own. */
function mostFirst(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

function inMilliseconds(column: string): string {
  return `${milliseconds(column)} as ${column}`;
}
