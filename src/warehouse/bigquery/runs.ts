import type { PipelineRun, Run } from '../../run.ts';
import type { RunCalls } from '../../service-key.ts';
import type { Connection } from './connection.ts';
import { bind, bindArray, bindStructs, type Parameters } from './parameters.ts';
import { change, select } from './query.ts';
import { pipelineRunColumns, pipelineRunOf, runColumns, runOf } from './run-rows.ts';
import { saveRow } from './save-row.ts';

/** `open` holds the runs that this process has begun itself. */
export interface RunTables {
  readonly connection: Connection;
  readonly open: Set<string>;
}

export function closeRuns({ connection, open }: RunTables): Promise<void> {
  return closeLeftOpen(connection, [...open]);
}

export async function startRun({ connection, open }: RunTables, run: Run): Promise<void> {
  open.add(run.id);
  await closeLeftOpen(connection, [...open]);
  await saveRun(connection, run);
}

export async function finishRun(
  { connection, open }: RunTables,
  run: Run,
  usage: readonly RunCalls[],
): Promise<void> {
  open.delete(run.id);
  await saveRun(connection, run);
  if (usage.length === 0) return;
  const parameters: Parameters = [];
  const sql = usageStatement(connection.own('api_usage'), run.id, { usage, parameters });
  await connection.records.pass(() => change(connection, { sql, parameters, purpose: 'state' }));
}

export function savePipelineRun({ connection }: RunTables, run: PipelineRun): Promise<void> {
  const { read, inserted, updated, removed, unchanged, misfits } = run.counts;
  const { misfitsByProperty } = run;
  return saveRow(connection, {
    table: 'pipeline_runs',
    key: ['run_id', 'pipeline'],
    cells: {
      run_id: ['text', run.runId],
      pipeline: ['text', run.pipeline],
      started_at: ['timestamp', run.startedAt],
      finished_at: ['timestamp', run.finishedAt ?? null],
      outcome: ['text', run.outcome],
      code: ['text', run.code ?? null],
      reason: ['text', run.reason ?? null],
      read: ['integer', read],
      inserted: ['integer', inserted],
      updated: ['integer', updated],
      removed: ['integer', removed],
      unchanged: ['integer', unchanged],
      misfits: ['integer', misfits],
      misfits_by_property: [
        'json',
        misfitsByProperty === undefined ? null : JSON.stringify(misfitsByProperty),
      ],
      complete_up_to: ['timestamp', run.completeUpTo ?? null],
    },
  });
}

export async function runs({ connection }: RunTables, limit: number): Promise<readonly Run[]> {
  const parameters: Parameters = [];
  const rows = await select(connection, {
    sql: `SELECT ${runColumns} FROM ${connection.own('runs')} ORDER BY started_at DESC, id DESC LIMIT ${bind(parameters, 'INT64', limit)}`,
    parameters,
    purpose: 'state',
  });
  return rows.map(runOf);
}

export async function pipelineRuns({
  connection,
}: RunTables): Promise<readonly { readonly last: PipelineRun; readonly complete?: PipelineRun }[]> {
  const last = await latest(connection, 'TRUE');
  const complete = new Map(
    (await latest(connection, `outcome = 'complete'`)).map((run) => [run.pipeline, run]),
  );
  return last.map((run) => {
    const done = complete.get(run.pipeline);
    return { last: run, ...(done === undefined ? {} : { complete: done }) };
  });
}

export async function pipelineRunsOf(
  { connection }: RunTables,
  runId: string,
): Promise<readonly PipelineRun[]> {
  const parameters: Parameters = [];
  const rows = await select(connection, {
    sql: `SELECT ${pipelineRunColumns} FROM ${connection.own('pipeline_runs')} AS stored WHERE run_id = ${bind(parameters, 'STRING', runId)} ORDER BY stored.started_at, pipeline`,
    parameters,
    purpose: 'state',
  });
  return rows.map(pipelineRunOf);
}

async function latest(connection: Connection, condition: string): Promise<readonly PipelineRun[]> {
  const rows = await select(connection, {
    sql: `SELECT ${pipelineRunColumns} FROM (SELECT * FROM ${connection.own('pipeline_runs')} WHERE ${condition} QUALIFY ROW_NUMBER() OVER (PARTITION BY pipeline ORDER BY started_at DESC, run_id DESC) = 1) ORDER BY pipeline`,
    parameters: [],
    purpose: 'state',
  });
  return rows.map(pipelineRunOf);
}

/** A run that no living process of this lease continues was ended by a crash. */
async function closeLeftOpen(connection: Connection, mine: readonly string[]): Promise<void> {
  for (const [table, column, outcome] of [
    ['pipeline_runs', 'run_id', 'interrupted'],
    ['runs', 'id', 'crashed'],
  ] as const) {
    const parameters: Parameters = [];
    const sql = `UPDATE ${connection.own(table)} AS t SET outcome = '${outcome}', finished_at = CURRENT_TIMESTAMP() WHERE t.outcome = 'running' AND t.${column} NOT IN UNNEST(${bindArray(parameters, 'STRING', mine)})`;
    await connection.records.pass(() => change(connection, { sql, parameters, purpose: 'state' }));
  }
}

function saveRun(connection: Connection, run: Run): Promise<void> {
  return saveRow(connection, {
    table: 'runs',
    key: ['id'],
    cells: {
      id: ['text', run.id],
      command: ['text', run.command],
      version: ['text', run.version],
      portal_id: ['text', run.portalId],
      key_fingerprint: ['text', run.keyFingerprint],
      started_at: ['timestamp', run.startedAt],
      finished_at: ['timestamp', run.finishedAt ?? null],
      outcome: ['text', run.outcome],
      error: ['text', run.error ?? null],
    },
  });
}

interface Usage {
  readonly usage: readonly RunCalls[];
  readonly parameters: Parameters;
}

function usageStatement(target: string, runId: string, { usage, parameters }: Usage): string {
  const id = bind(parameters, 'STRING', runId);
  const types = {
    key_fingerprint: 'STRING',
    endpoint: 'STRING',
    status: 'INT64',
    calls: 'INT64',
    first_at: 'INT64',
    last_at: 'INT64',
    day_limit: 'INT64',
    day_left: 'INT64',
  } as const;
  const structs = usage.map(({ keyFingerprint, endpoint, status, calls, firstAt, lastAt, day }) => ({
    key_fingerprint: keyFingerprint,
    endpoint,
    status: String(status),
    calls: String(calls),
    first_at: String(firstAt),
    last_at: String(lastAt),
    day_limit: day === undefined ? null : String(day.limit),
    day_left: day === undefined ? null : String(day.left),
  }));
  const given = bindStructs(parameters, types, structs);
  const plain = ['key_fingerprint', 'endpoint', 'status', 'calls', 'day_limit', 'day_left'];
  const read = plain.map((name) => `u.${name} AS ${name}`).join(', ');
  const columns = ['run_id', ...plain, 'first_called_at', 'last_called_at'];
  return [
    `MERGE INTO ${target} AS t`,
    `USING (SELECT ${id} AS run_id, ${read}, TIMESTAMP_MILLIS(u.first_at) AS first_called_at, TIMESTAMP_MILLIS(u.last_at) AS last_called_at FROM UNNEST(${given}) AS u) AS s`,
    `ON ${['run_id', 'key_fingerprint', 'endpoint', 'status'].map((name) => `t.${name} = s.${name}`).join(' AND ')}`,
    `WHEN MATCHED THEN UPDATE SET ${['calls', 'last_called_at', 'day_limit', 'day_left'].map((name) => `${name} = s.${name}`).join(', ')}`,
    `WHEN NOT MATCHED THEN INSERT (${columns.join(', ')}) VALUES (${columns.map((name) => `s.${name}`).join(', ')})`,
  ].join(' ');
}
