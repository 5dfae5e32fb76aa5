import type { CallsOfRun, RunSummary } from '../../activity.ts';
import type { Instant } from '../../source.ts';
import type { Connection } from './connection.ts';
import { instant, milliseconds } from './instant.ts';
import { bind, type Parameters } from './parameters.ts';
import { type ResultRow, select } from './query.ts';
import { runColumns, runOf } from './run-rows.ts';

const counted = ['read', 'inserted', 'updated', 'removed', 'unchanged'] as const;

export async function runSummaries(connection: Connection, limit: number): Promise<readonly RunSummary[]> {
  const parameters: Parameters = [];
  const [runs, parts] = [connection.own('runs'), connection.own('pipeline_runs')];
  const latest = `SELECT * FROM ${runs} ORDER BY started_at DESC, id DESC LIMIT ${bind(parameters, 'INT64', limit)}`;
  const sums = counted.map((name) => `SUM(p.\`${name}\`) AS all_${name}`).join(', ');
  const rows = await select(connection, {
    sql: [
      `WITH latest AS (${latest}),`,
      `parts AS (SELECT p.run_id AS run_id, ${sums}, COUNT(*) AS pipelines, COUNTIF(p.outcome = 'failed') AS failed FROM ${parts} AS p WHERE p.run_id IN (SELECT id FROM latest) GROUP BY p.run_id)`,
      `SELECT ${runColumns}, ${counted.map((name) => `all_${name}`).join(', ')}, pipelines, failed`,
      'FROM latest LEFT JOIN parts ON parts.run_id = latest.id ORDER BY latest.started_at DESC, latest.id DESC',
    ].join(' '),
    parameters,
    purpose: 'state',
  });
  return rows.map(summaryOf);
}

export async function lastChanges(connection: Connection): Promise<ReadonlyMap<string, Instant>> {
  const rows = await select(connection, {
    sql: `SELECT pipeline, ${milliseconds('MAX(COALESCE(finished_at, started_at))')} AS changed_at FROM ${connection.own('pipeline_runs')} WHERE inserted + updated + removed > 0 GROUP BY pipeline`,
    parameters: [],
    purpose: 'state',
  });
  return new Map(rows.map(({ pipeline, changed_at: at }) => [String(pipeline), Number(at)]));
}

export async function callsSince(connection: Connection, since: Instant): Promise<readonly CallsOfRun[]> {
  const parameters: Parameters = [];
  const after = instant(parameters, since);
  const rows = await select(connection, {
    sql: [
      `WITH recent AS (SELECT * FROM ${connection.own('api_usage')} WHERE last_called_at > ${after}),`,
      `told AS (SELECT run_id, day_limit, day_left, ${milliseconds('last_called_at')} AS told_at FROM recent WHERE day_left IS NOT NULL QUALIFY ROW_NUMBER() OVER (PARTITION BY run_id ORDER BY last_called_at DESC) = 1),`,
      `made AS (SELECT run_id, SUM(calls) AS calls, ${milliseconds('MIN(first_called_at)')} AS first_at, ${milliseconds('MAX(last_called_at)')} AS last_at FROM recent GROUP BY run_id)`,
      'SELECT made.run_id AS run_id, made.calls AS calls, made.first_at AS first_at, made.last_at AS last_at, told.day_limit AS day_limit, told.day_left AS day_left, told.told_at AS told_at',
      'FROM made LEFT JOIN told ON told.run_id = made.run_id ORDER BY made.first_at, made.run_id',
    ].join(' '),
    parameters,
    purpose: 'state',
  });
  return rows.map(callsOf);
}

function callsOf(row: ResultRow): CallsOfRun {
  const { day_limit: limit, day_left: left, told_at: at } = row;
  const isTold = typeof limit === 'string' && typeof left === 'string' && typeof at === 'string';
  return {
    runId: String(row['run_id']),
    calls: Number(row['calls']),
    firstAt: Number(row['first_at']),
    lastAt: Number(row['last_at']),
    ...(isTold && { day: { limit: Number(limit), left: Number(left), at: Number(at) } }),
  };
}

function summaryOf(row: ResultRow): RunSummary {
  const count = (name: string): number => Number(row[name] ?? 0);
  return {
    ...runOf(row),
    counts: {
      read: count('all_read'),
      inserted: count('all_inserted'),
      updated: count('all_updated'),
      removed: count('all_removed'),
      unchanged: count('all_unchanged'),
    },
    pipelines: count('pipelines'),
    failed: count('failed'),
  };
}
