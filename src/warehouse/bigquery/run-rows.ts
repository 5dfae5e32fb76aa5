import type { ErrorCode } from '../../errors.ts';
import type { PipelineOutcome, PipelineRun, Run, RunOutcome } from '../../run.ts';
import type { ResultCell, ResultRow } from './query.ts';

export const runColumns = [
  'id, command, version, portal_id, key_fingerprint, outcome, error',
  ...['started_at', 'finished_at'].map(inMilliseconds),
].join(', ');

export const pipelineRunColumns = [
  'run_id, pipeline, outcome, code, reason',
  'IF(misfits_by_property IS NULL, NULL, TO_JSON_STRING(misfits_by_property)) AS misfits_by_property',
  ...['read', 'inserted', 'updated', 'removed', 'unchanged', 'misfits'].map((name) => `\`${name}\``),
  ...['started_at', 'finished_at', 'complete_up_to'].map(inMilliseconds),
].join(', ');

export function runOf(row: ResultRow): Run {
  return {
    id: text(row['id']),
    command: text(row['command']),
    version: text(row['version']),
    portalId: text(row['portal_id']),
    keyFingerprint: text(row['key_fingerprint']),
    startedAt: Number(row['started_at']),
    ...given('finishedAt', row['finished_at'], Number),
    outcome: text(row['outcome']) as RunOutcome,
    ...given('error', row['error'], text),
  };
}

export function pipelineRunOf(row: ResultRow): PipelineRun {
  const count = (name: string): number => Number(row[name] ?? 0);
  return {
    runId: text(row['run_id']),
    pipeline: text(row['pipeline']),
    startedAt: Number(row['started_at']),
    ...given('finishedAt', row['finished_at'], Number),
    outcome: text(row['outcome']) as PipelineOutcome,
    ...given('code', row['code'], (code) => text(code) as ErrorCode),
    ...given('reason', row['reason'], text),
    counts: {
      read: count('read'),
      inserted: count('inserted'),
      updated: count('updated'),
      removed: count('removed'),
      unchanged: count('unchanged'),
      misfits: count('misfits'),
    },
    ...given('misfitsByProperty', row['misfits_by_property'], mostFirst),
    ...given('completeUpTo', row['complete_up_to'], Number),
  };
}

function text(cell: ResultCell | undefined): string {
  return String(cell ?? '');
}

function given<Name extends string, Value>(
  name: Name,
  cell: ResultCell | undefined,
  valueOf: (cell: ResultCell) => Value,
): Partial<Record<Name, Value>> {
  return cell === null || cell === undefined ? {} : ({ [name]: valueOf(cell) } as Record<Name, Value>);
}

/** JSON in BigQuery has an order of its own. */
function mostFirst(cell: ResultCell): Readonly<Record<string, number>> {
  const counts = JSON.parse(text(cell)) as Readonly<Record<string, number>>;
  return Object.fromEntries(Object.entries(counts).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

function inMilliseconds(column: string): string {
  return `UNIX_MILLIS(${column}) AS ${column}`;
}
