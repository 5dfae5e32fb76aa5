import type { DictionaryOf } from '../pipeline.ts';
import type { Table } from '../table.ts';
import type { SyncContext } from './context.ts';
import { definitionChanges } from './definition-changes.ts';
import { readDictionary, type DictionaryName } from './dictionary-readers.ts';
import { partWrites } from './part-writes.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';

/** Reads a dictionary as a whole and makes its tables equal to it, in one batch. */
export async function syncDictionary<N extends DictionaryName>(
  pipeline: DictionaryOf<N>,
  context: SyncContext,
): Promise<PipelineResult> {
  const { source, warehouse, runId } = context;
  // Before anything is read: else what another process has read and written meanwhile would be overwritten by what is older.
  const { version: replaces, checkpoint } = await warehouse.checkpoint(pipeline.name);
  const takenAt = source.now();
  const found = await readDictionary(pipeline.dictionary, context, checkpoint);
  const tables = pipeline.tables.map(({ table }) => table);
  await prepare(context, pipeline.name, tables);
  const parts = [];
  for (const part of found.parts) parts.push(await partWrites(pipeline, part, { context, takenAt }));
  const kept = parts.flatMap((part) => part.kept ?? []);
  if (kept.length > 0 && kept.length === parts.length) throw kept[0]!;
  const writes = parts.flatMap((part) => part.writes);
  const changes = pipeline.dictionary === 'properties' ? await definitionChanges(warehouse, writes) : [];
  const items = found.parts.reduce((total, part) => total + part.items.length, 0);
  context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: 'dictionary', read: items });
  const stays = kept.length > 0 || (await hasRows(context, tables, found.unread));
  const claimed = checkpoint?.kind === 'snapshot' && stays ? checkpoint.takenAt : takenAt;
  const { version: _version, ...written } = await warehouse.commit({
    pipeline: pipeline.name,
    runId,
    writes,
    ...(changes.length > 0 && { definitionChanges: changes }),
    checkpoint: { kind: 'snapshot', takenAt: claimed, ...found.memory },
    replaces,
  });
  context.count({ ...written, read: items });
  const reasons = [...found.outOfReach, ...kept.map(({ message }) => message)];
  if (reasons.length === 0) return { outcome: 'complete', completeUpTo: takenAt };
  const [first] = kept;
  const reason = reasons.join(' ');
  return { outcome: 'partial', reason, ...(first && { code: first.code }), completeUpTo: claimed };
}

/** Whether there is anything that stays as it was, since these objects were not read. */
async function hasRows(
  { warehouse }: SyncContext,
  tables: readonly Table[],
  objects: readonly string[] = [],
): Promise<boolean> {
  for (const object of objects)
    for (const { name } of tables)
      if ((await warehouse.countRows({ table: name, within: { object_type: object } })) > 0) return true;
  return false;
}
