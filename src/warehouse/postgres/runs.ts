import type { PipelineRun, Run } from '../../run.ts';
import type { RunCalls } from '../../service-key.ts';
import type { Client, Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { instant, moment } from './instant.ts';
import {
  pipelineRunColumns,
  pipelineRunOf,
  type PipelineRunRow,
  runColumns,
  runOf,
  type RunRow,
} from './run-rows.ts';

/** `open` holds the runs that this process has begun itself. */
export interface RunTables {
  readonly connection: Connection;
  readonly stateSchema: string;
  readonly open: Set<string>;
}

export function closeRuns({ connection, stateSchema, open }: RunTables): Promise<void> {
  return connection.transaction((client) => closeLeftOpen(client, stateSchema, [...open]));
}

export function startRun({ connection, stateSchema, open }: RunTables, run: Run): Promise<void> {
  open.add(run.id);
  return connection.transaction(async (client) => {
    await closeLeftOpen(client, stateSchema, [...open]);
    await saveRun(client, stateSchema, run);
  });
}

export function finishRun(
  { connection, stateSchema, open }: RunTables,
  run: Run,
  usage: readonly RunCalls[],
): Promise<void> {
  open.delete(run.id);
  return connection.transaction(async (client) => {
    await saveRun(client, stateSchema, run);
    await client.query(
      `insert into ${identifier(stateSchema, 'api_usage')}
         (run_id, key_fingerprint, endpoint, status, calls, first_called_at, last_called_at, day_limit, day_left)
       select $1, key, endpoint, status, calls, ${moment('first_at')}, ${moment('last_at')}, day_limit, day_left
         from unnest($2::text[], $3::text[], $4::int[], $5::bigint[], $6::float8[], $7::float8[], $8::bigint[], $9::bigint[])
              as u(key, endpoint, status, calls, first_at, last_at, day_limit, day_left)
       on conflict (run_id, key_fingerprint, endpoint, status) do update set
         calls = excluded.calls, last_called_at = excluded.last_called_at,
         day_limit = excluded.day_limit, day_left = excluded.day_left`,
      [
        run.id,
        usage.map((item) => item.keyFingerprint),
        usage.map((item) => item.endpoint),
        usage.map((item) => item.status),
        usage.map((item) => item.calls),
        usage.map((item) => item.firstAt),
        usage.map((item) => item.lastAt),
        usage.map((item) => item.day?.limit ?? null),
        usage.map((item) => item.day?.left ?? null),
      ],
    );
  });
}

export function savePipelineRun({ connection, stateSchema }: RunTables, run: PipelineRun): Promise<void> {
  return connection.transaction(async (client) => {
    await client.query(
      `insert into ${identifier(stateSchema, 'pipeline_runs')}
         (run_id, pipeline, started_at, finished_at, outcome, code, reason,
          read, inserted, updated, removed, unchanged, misfits, misfits_by_property, complete_up_to)
       values ($1, $2, ${instant(3)}, ${instant(4)}, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, ${instant(15)})
       on conflict (run_id, pipeline) do update set
         finished_at = excluded.finished_at, outcome = excluded.outcome, code = excluded.code,
         reason = excluded.reason, read = excluded.read, inserted = excluded.inserted, updated = excluded.updated,
         removed = excluded.removed, unchanged = excluded.unchanged, misfits = excluded.misfits,
         misfits_by_property = excluded.misfits_by_property,
         complete_up_to = excluded.complete_up_to`,
      pipelineRunValues(run),
    );
  });
}

export function runs({ connection, stateSchema }: RunTables, limit: number): Promise<readonly Run[]> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<RunRow>(
        `select ${runColumns} from ${identifier(stateSchema, 'runs')} order by started_at desc, id desc limit $1`,
        [limit],
      );
      return rows.map(runOf);
    },
    { readOnly: true },
  );
}

export function pipelineRuns({
  connection,
  stateSchema,
}: RunTables): Promise<readonly { readonly last: PipelineRun; readonly complete?: PipelineRun }[]> {
  return connection.transaction(
    async (client) => {
      const last = await latest(client, stateSchema, 'true');
      const complete = new Map(
        (await latest(client, stateSchema, `outcome = 'complete'`)).map((run) => [run.pipeline, run]),
      );
      return last.map((run) => {
        const done = complete.get(run.pipeline);
        return { last: run, ...(done === undefined ? {} : { complete: done }) };
      });
    },
    { readOnly: true },
  );
}

export function pipelineRunsOf(
  { connection, stateSchema }: RunTables,
  runId: string,
): Promise<readonly PipelineRun[]> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<PipelineRunRow>(
        `select ${pipelineRunColumns} from ${identifier(stateSchema, 'pipeline_runs')} as stored
          where run_id = $1 order by stored.started_at, pipeline`,
        [runId],
      );
      return rows.map(pipelineRunOf);
    },
    { readOnly: true },
  );
}

async function latest(
  client: Client,
  stateSchema: string,
  condition: string,
): Promise<readonly PipelineRun[]> {
  const { rows } = await client.query<PipelineRunRow>(
    `select distinct on (pipeline) ${pipelineRunColumns} from ${identifier(stateSchema, 'pipeline_runs')}
      where ${condition} order by pipeline, started_at desc, run_id desc`,
  );
  return rows.map(pipelineRunOf);
}

/** A run that no living process of this lease continues was ended by a crash. */
async function closeLeftOpen(client: Client, stateSchema: string, mine: readonly string[]): Promise<void> {
  await client.query(
    `update ${identifier(stateSchema, 'pipeline_runs')} set outcome = 'interrupted', finished_at = now()
      where outcome = 'running' and run_id <> all($1::uuid[])`,
    [mine],
  );
  await client.query(
    `update ${identifier(stateSchema, 'runs')} set outcome = 'crashed', finished_at = now()
      where outcome = 'running' and id <> all($1::uuid[])`,
    [mine],
  );
}

async function saveRun(client: Client, stateSchema: string, run: Run): Promise<void> {
  await client.query(
    `insert into ${identifier(stateSchema, 'runs')}
       (id, command, version, portal_id, key_fingerprint, started_at, finished_at, outcome, error)
     values ($1, $2, $3, $4, $5, ${instant(6)}, ${instant(7)}, $8, $9)
     on conflict (id) do update set
       command = excluded.command, version = excluded.version, portal_id = excluded.portal_id,
       key_fingerprint = excluded.key_fingerprint, finished_at = excluded.finished_at,
       outcome = excluded.outcome, error = excluded.error`,
    [
      run.id,
      run.command,
      run.version,
      run.portalId,
      run.keyFingerprint,
      run.startedAt,
      run.finishedAt ?? null,
      run.outcome,
      run.error ?? null,
    ],
  );
}

function pipelineRunValues(run: PipelineRun): (string | number | null)[] {
  const { read, inserted, updated, removed, unchanged, misfits } = run.counts;
  return [
    run.runId,
    run.pipeline,
    run.startedAt,
    run.finishedAt ?? null,
    run.outcome,
    run.code ?? null,
    run.reason ?? null,
    read,
    inserted,
    updated,
    removed,
    unchanged,
    misfits,
    run.misfitsByProperty === undefined ? null : JSON.stringify(run.misfitsByProperty),
    run.completeUpTo ?? null,
  ];
}
