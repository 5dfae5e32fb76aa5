import type { CallsOfRun, RunSummary } from '../../activity.ts';
import type { Instant } from '../../source.ts';
import { identifier } from './identifier.ts';
import { milliseconds, moment } from './instant.ts';
import type { StateTables } from './keys.ts';
import { runColumns, runOf, type RunRow } from './run-rows.ts';

const counted = ['read', 'inserted', 'updated', 'removed', 'unchanged'] as const;

type SummaryRow = RunRow & Readonly<Record<(typeof counted)[number] | 'pipelines' | 'failed', number | null>>;

export function runSummaries(
  { connection, stateSchema }: StateTables,
  limit: number,
): Promise<readonly RunSummary[]> {
  const [runs, parts] = ['runs', 'pipeline_runs'].map((name) => identifier(stateSchema, name));
  const sums = counted.map((name) => `sum("${name}")::float8 as "${name}"`).join(', ');
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<SummaryRow>(
        `with latest as (select * from ${runs} order by started_at desc, id desc limit $1)
         select ${runColumns}, ${counted.map((name) => `"${name}"`).join(', ')}, pipelines, failed
           from latest left join (
             select run_id, ${sums}, count(*)::float8 as pipelines,
                    (count(*) filter (where outcome = 'failed'))::float8 as failed
               from ${parts} where run_id in (select id from latest) group by run_id) as parts on run_id = latest.id
          order by latest.started_at desc, latest.id desc`,
        [limit],
      );
      return rows.map(summaryOf);
    },
    { readOnly: true },
  );
}

export function lastChanges({ connection, stateSchema }: StateTables): Promise<ReadonlyMap<string, Instant>> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<{ readonly pipeline: string; readonly changed_at: number }>(
        `select pipeline, ${milliseconds('max(coalesce(finished_at, started_at))')} as changed_at
           from ${identifier(stateSchema, 'pipeline_runs')}
          where inserted + updated + removed > 0 group by pipeline`,
      );
      return new Map(rows.map(({ pipeline, changed_at }) => [pipeline, changed_at]));
    },
    { readOnly: true },
  );
}

export function callsSince(
  { connection, stateSchema }: StateTables,
  since: Instant,
): Promise<readonly CallsOfRun[]> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<CallsRow>(
        `with recent as (select * from ${identifier(stateSchema, 'api_usage')} where last_called_at > ${moment('$1::float8')}),
              told as (select distinct on (run_id) run_id, day_limit::float8 as day_limit, day_left::float8 as day_left,
                              ${milliseconds('last_called_at')} as told_at
                         from recent where day_left is not null order by run_id, recent.last_called_at desc)
         select run_id::text as run_id, sum(calls)::float8 as calls, ${milliseconds('min(first_called_at)')} as first_at,
                ${milliseconds('max(last_called_at)')} as last_at,
                max(day_limit) as day_limit, max(day_left) as day_left, max(told_at) as told_at
           from (select run_id, calls, first_called_at, last_called_at from recent) as made
           left join told using (run_id)
          group by run_id order by first_at, run_id`,
        [since],
      );
      return rows.map(callsOf);
    },
    { readOnly: true },
  );
}

interface CallsRow {
  readonly run_id: string;
  readonly calls: number;
  readonly first_at: number;
  readonly last_at: number;
  readonly day_limit: number | null;
  readonly day_left: number | null;
  readonly told_at: number | null;
}

function callsOf(row: CallsRow): CallsOfRun {
  const { day_limit: limit, day_left: left, told_at: at } = row;
  return {
    runId: row.run_id,
    calls: row.calls,
    firstAt: row.first_at,
    lastAt: row.last_at,
    ...(limit !== null && left !== null && at !== null && { day: { limit, left, at } }),
  };
}

function summaryOf(row: SummaryRow): RunSummary {
  return {
    ...runOf(row),
    counts: {
      read: row.read ?? 0,
      inserted: row.inserted ?? 0,
      updated: row.updated ?? 0,
      removed: row.removed ?? 0,
      unchanged: row.unchanged ?? 0,
    },
    pipelines: row.pipelines ?? 0,
    failed: row.failed ?? 0,
  };
}
