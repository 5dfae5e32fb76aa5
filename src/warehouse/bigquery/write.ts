import { randomUUIDv7 } from 'node:crypto';
import { KeywayError } from '../../errors.ts';
import type { Batch, Committed, Write } from '../../warehouse.ts';
import type { Job } from './api.ts';
import { storedTable } from './catalog.ts';
import { clear } from './clear.ts';
import { closeRows } from './close-rows.ts';
import type { Connection } from './connection.ts';
import { countsOf } from './counts.ts';
import { fence, type Fence, makeFence, storedFence } from './fence.ts';
import { definitionStatements } from './log-changes.ts';
import type { Parameters } from './parameters.ts';
import { purge } from './purge.ts';
import { change } from './query.ts';
import { refresh } from './refresh.ts';
import { replace } from './replace.ts';
import { dropStaging, stage } from './staging.ts';
import type { Script, Step } from './step.ts';
import { upsert } from './upsert.ts';

/**
 * Rows and checkpoint in one transaction: one script, whose job's id is chosen here, so that it runs once however often it
 * is asked for. Rows are loaded beforehand into tables of their own, where nobody sees them.
 *
 * Whether it was committed is read from the checkpoint, which bears the id of its batch, whatever the job says.
 */
export async function commit(connection: Connection, batch: Batch): Promise<Committed> {
  const id = randomUUIDv7();
  const staged: string[] = [];
  try {
    if (batch.replaces === 0) await makeFence(connection, batch.pipeline);
    const script = openScript(connection, id, staged);
    const steps = await stepsOf(connection, batch, { script, id });
    return await committed(connection, batch, { id, steps, script });
  } finally {
    await Promise.all(staged.map((name) => dropStaging(connection, name)));
  }
}

function openScript(connection: Connection, id: string, staged: string[]): Script {
  let temporaries = 0;
  return {
    parameters: [],
    target: (table) => connection.table(table),
    stored: (table) => storedTable(connection, table),
    async stage(table, rows) {
      if (rows.length === 0) return undefined;
      const name = `${id}-${staged.length}`;
      // Noted first: a load that fails leaves a table behind, too.
      staged.push(name);
      return stage(connection, { table, rows, name });
    },
    temporary: () => `gone_${temporaries++}`,
  };
}

interface Making {
  readonly script: Script;
  readonly id: string;
}

async function stepsOf(
  connection: Connection,
  batch: Batch,
  { script, id }: Making,
): Promise<readonly Step[]> {
  const { parameters } = script;
  const writes: Step[] = [];
  for (const write of batch.writes) writes.push(...(await steps(script, write)));
  const definitions = definitionStatements(
    connection.own('schema_changes'),
    batch.definitionChanges ?? [],
    parameters,
  );
  const { guard, raise } = fence(connection, batch, { parameters, id });
  // One statement is a transaction by itself.
  if (writes.length === 0 && definitions.length === 0) return [raise];
  const begin = { sql: 'BEGIN TRANSACTION' };
  return [
    begin,
    guard,
    raise,
    ...writes,
    ...definitions.map((sql) => ({ sql })),
    { sql: 'COMMIT TRANSACTION' },
  ];
}

function steps(script: Script, write: Write): Promise<readonly Step[]> | readonly Step[] {
  switch (write.kind) {
    case 'upsert':
      return upsert(script, write);
    case 'replace':
      return replace(script, write);
    case 'close':
      return closeRows(script, write);
    case 'refresh':
      return refresh(script, write);
    case 'purge':
      return purge(script, write);
    case 'clear':
      return clear(script, write);
  }
}

interface Prepared extends Making {
  readonly steps: readonly Step[];
}

async function committed(
  connection: Connection,
  batch: Batch,
  { id, steps: all, script }: Prepared,
): Promise<Committed> {
  const sql = `${all.map((step) => step.sql).join(';\n')};`;
  const { parameters } = script as { parameters: Parameters };
  const table = batch.writes[0]?.table.name;
  let job: Job | undefined;
  let failure: unknown;
  try {
    const statement = { sql, parameters, purpose: 'commit', ...(table === undefined ? {} : { table }) };
    job = await connection.commits.pass(() => change(connection, statement, `keyway-commit-${id}`));
  } catch (error) {
    failure = error;
  }
  const stored = await storedFence(connection, batch.pipeline);
  if (stored?.batch !== id) throw failureOf(batch, stored, failure);
  return { version: batch.replaces + 1, ...(await countsOf(connection, job, all)) };
}

function failureOf(batch: Batch, stored: Fence | undefined, failure: unknown): unknown {
  const version = stored?.version ?? 0;
  if (version === batch.replaces) return failure ?? unchanged(batch);
  return new KeywayError(
    'checkpoint_moved',
    `Another run has moved the checkpoint of ${batch.pipeline} (version ${version}, expected ${batch.replaces}). Nothing was written; let that run finish.`,
    {
      details: {
        pipeline: batch.pipeline,
        ...(stored === undefined ? {} : { version, batch: stored.batch, run: stored.run }),
      },
    },
  );
}

function unchanged({ pipeline }: Batch): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    `BigQuery says that it has committed rows of ${pipeline}, but the checkpoint is as it was. Run again; if it happens again, please report it.`,
    { verdict: 'retry', details: { pipeline } },
  );
}
