import { randomUUID } from 'node:crypto';
import { KeywayError } from '../../errors.ts';
import type { Batch, Committed, Write } from '../../warehouse.ts';
import { clear } from './clear.ts';
import { closeRows } from './close-rows.ts';
import type { Client, Connection } from './connection.ts';
import { identifier } from './identifier.ts';
import { logDefinitions } from './log-changes.ts';
import { purge } from './purge.ts';
import { refresh } from './refresh.ts';
import { isTransient, refusal } from './refusal.ts';
import { replace } from './replace.ts';
import { upsert } from './upsert.ts';

/**
 * Rows and checkpoint in one transaction. The checkpoint's row is taken first, so that whoever comes second waits and
 * then learns that its version has passed.
 *
 * When the answer to COMMIT is lost, the transaction is simply tried again: its fence waits for the lost one to end and
 * then either succeeds, because nothing had been written, or finds the id of this very batch.
 */
export async function commit(connection: Connection, stateSchema: string, batch: Batch): Promise<Committed> {
  const batchId = randomUUID();
  let written: Committed | undefined;
  return connection.retried(async () => {
    try {
      return await connection.once(async (client) => {
        await raiseCheckpoint(client, stateSchema, batch, batchId);
        written = await writeAll(client, connection, batch);
        await logDefinitions(client, stateSchema, batch.definitionChanges ?? []);
        return written;
      }, {});
    } catch (error) {
      if (error instanceof KeywayError && error.details['batch'] === batchId && written !== undefined)
        return written;
      throw error;
    }
  });
}

async function raiseCheckpoint(
  client: Client,
  stateSchema: string,
  batch: Batch,
  batchId: string,
): Promise<void> {
  const table = identifier(stateSchema, 'checkpoints');
  const values = [batch.pipeline, JSON.stringify(batch.checkpoint), batch.runId, batchId];
  const { rowCount } =
    batch.replaces === 0
      ? await client.query(
          `insert into ${table} (pipeline, version, checkpoint, run_id, batch_id, updated_at)
           values ($1, 1, $2, $3, $4, now()) on conflict (pipeline) do nothing`,
          values,
        )
      : await client.query(
          `update ${table} set version = version + 1, checkpoint = $2, run_id = $3, batch_id = $4, updated_at = now()
            where pipeline = $1 and version = $5`,
          [...values, batch.replaces],
        );
  if (rowCount !== 1) throw await moved(client, table, batch);
}

async function moved(client: Client, table: string, batch: Batch): Promise<KeywayError> {
  const { rows } = await client.query<{ version: number; batch_id: string; run_id: string }>(
    `select version::float8 as version, batch_id::text as batch_id, run_id from ${table} where pipeline = $1`,
    [batch.pipeline],
  );
  const stored = rows[0];
  return new KeywayError(
    'checkpoint_moved',
    `Another run has moved the checkpoint of ${batch.pipeline} (version ${stored?.version ?? 0}, expected ${batch.replaces}). Nothing was written; let that run finish.`,
    {
      details: {
        pipeline: batch.pipeline,
        ...(stored === undefined
          ? {}
          : { version: stored.version, batch: stored.batch_id, run: stored.run_id }),
      },
    },
  );
}

async function writeAll(client: Client, connection: Connection, batch: Batch): Promise<Committed> {
  const total = { version: batch.replaces + 1, inserted: 0, updated: 0, removed: 0, unchanged: 0 };
  for (const item of batch.writes) {
    const counts = await writeOne(client, connection, item);
    total.inserted += counts.inserted;
    total.updated += counts.updated;
    total.removed += counts.removed;
    total.unchanged += counts.unchanged;
  }
  return total;
}

type WriteCounts = Omit<Committed, 'version'>;

async function writeOne(client: Client, connection: Connection, item: Write): Promise<WriteCounts> {
  const { schema, place } = connection;
  try {
    switch (item.kind) {
      case 'upsert':
        return { ...told(connection, item, await upsert(client, schema, item.table, item.rows)), removed: 0 };
      case 'replace':
        return told(connection, item, await replace(client, schema, item));
      case 'close':
        return { ...(await closeRows(client, schema, item.table, item.closures)), inserted: 0 };
      case 'refresh':
        return { ...(await refresh(client, schema, item)), inserted: 0, removed: 0 };
      case 'purge':
        return { ...(await purge(client, schema, item)), inserted: 0 };
      case 'clear':
        return { ...(await clear(client, schema, item)), inserted: 0, removed: 0 };
    }
  } catch (error) {
    if (isTransient(error)) throw error;
    const { name: table, columns } = item.table;
    throw refusal(error, { ...place, table, columns: columns.map((column) => column.name) });
  }
}

/** To leave rows out is a user's right; that they are left out is not to go unnoticed. */
function told<Counts extends { readonly keptOut: number }>(
  { log }: Connection,
  { table }: Write,
  { keptOut, ...counts }: Counts,
): Omit<Counts, 'keptOut'> {
  if (keptOut > 0)
    log.warn({ table: table.name, rows: keptOut }, 'a trigger of yours keeps rows out of this table');
  return counts;
}
