import { KeywayError } from '../errors.ts';
import { timestampCell, type Dictionaries, type DictionaryOf, type ObjectPipeline } from '../pipeline.ts';
import type { Instant } from '../source.ts';
import type { Table } from '../table.ts';
import { fitRow } from '../transform/index.ts';
import type { Scope } from '../scope.ts';
import type { Write } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import { definitionChanges } from './definition-changes.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';
import { archiveState, propertyPart } from './property-part.ts';
import { idleEverywhere } from './treated-properties.ts';

type Name = keyof Dictionaries;
type Replacement = Extract<Write, { kind: 'replace' }>;

/** Reads a dictionary as a whole and makes its tables equal to it, in one batch. */
export async function syncDictionary<N extends Name>(
  pipeline: DictionaryOf<N>,
  context: SyncContext,
): Promise<PipelineResult> {
  const { source, warehouse, runId } = context;
  // Before anything is read: else what another process has read and written meanwhile would be overwritten by what is older.
  const { version: replaces } = await warehouse.checkpoint(pipeline.name);
  const takenAt = source.now();
  const found = await read(pipeline, context);
  const tables = pipeline.tables.map(({ table }) => table);
  await prepare(context, pipeline.name, tables);
  const writes = found.parts.flatMap((part) => replaceAll(pipeline, part, timestampCell(takenAt)));
  const changes = pipeline.dictionary === 'properties' ? await definitionChanges(warehouse, writes) : [];
  const items = found.parts.reduce((total, part) => total + part.items.length, 0);
  context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: 'dictionary', read: items });
  const { version: _version, ...written } = await warehouse.commit({
    pipeline: pipeline.name,
    runId,
    writes,
    ...(changes.length > 0 && { definitionChanges: changes }),
    checkpoint: { kind: 'snapshot', takenAt, ...(found.archives && { archives: found.archives }) },
    replaces,
  });
  context.count({ ...written, read: items });
  if (found.outOfReach.length === 0) return { outcome: 'complete', completeUpTo: takenAt };
  return { outcome: 'partial', reason: found.outOfReach.join(' '), completeUpTo: takenAt };
}

interface Part<N extends Name> {
  readonly items: readonly Dictionaries[N][];
  /** The rows that the items replace: those of one object's, or all. */
  readonly objectType?: string;
  /** Where that depends on the table. */
  readonly scope?: (table: Table) => Scope;
}

interface Found<N extends Name> {
  readonly parts: readonly Part<N>[];
  /** Objects that the key may not read: their rows stay as they are. */
  readonly outOfReach: readonly string[];
  /** When the archives of definitions were last read. */
  readonly archives?: Instant;
}

function replaceAll<N extends Name>(
  pipeline: DictionaryOf<N>,
  part: Part<N>,
  now: string,
): readonly Replacement[] {
  return pipeline.tables.map((each) => ({
    kind: 'replace',
    table: each.table,
    rows: part.items.flatMap((item) => each.rows(item)).map((row) => fitRow(each.table, row)),
    ...(part.objectType === undefined ? {} : { within: { object_type: part.objectType } }),
    ...part.scope?.(each.table),
    ...(each.vanished === 'close' ? { closedAt: now } : {}),
  }));
}

/** One reader per dictionary; the compiler sees to it that none is missing. */
const readers: { readonly [N in Name]: (context: SyncContext) => Promise<Found<N>> } = {
  account: async ({ source, signal }) => whole([await source.account(signal)]),
  owners: async ({ source, signal }) => whole(await source.owners(signal)),
  pipelines: (context) =>
    perObject(
      context,
      (object) => object.staged,
      async (object) => {
        const found = await context.source.stagePipelines(object.object, context.signal);
        const items = found.map((item) => ({ ...item, objectType: object.name }));
        return { items, objectType: object.name };
      },
    ),
  properties: async (context) => {
    const { isDue, readAt } = await archiveState(context, 'properties');
    const found = await perObject(
      context,
      () => true,
      (object) => propertyPart(context, object, isDue),
    );
    if (found.outOfReach.length > 0) return { ...found, archives: readAt };
    const living = found.parts.flatMap(({ items }) => items.filter(({ archived }) => !archived));
    const names = living.map(({ name }) => name);
    for (const doubt of idleEverywhere(context.settings.privacy, names)) context.log.warn({}, doubt);
    return { ...found, archives: readAt };
  },
};

function read<N extends Name>(pipeline: DictionaryOf<N>, context: SyncContext): Promise<Found<N>> {
  return readers[pipeline.dictionary](context);
}

function whole<Item>(items: readonly Item[]): { parts: { items: readonly Item[] }[]; outOfReach: string[] } {
  return { parts: [{ items }], outOfReach: [] };
}

async function perObject<Each>(
  context: SyncContext,
  wanted: (object: ObjectPipeline) => boolean,
  part: (object: ObjectPipeline) => Promise<Each>,
): Promise<{ parts: Each[]; outOfReach: string[] }> {
  const parts: Each[] = [];
  const outOfReach: KeywayError[] = [];
  for (const object of context.objects.filter(wanted)) {
    // Its own pipeline says so.
    if (object.unavailable !== undefined) continue;
    try {
      parts.push(await part(object));
    } catch (error) {
      if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
      outOfReach.push(error);
    }
  }
  if (parts.length === 0 && outOfReach[0] !== undefined) throw outOfReach[0];
  return { parts, outOfReach: outOfReach.map((error) => error.message) };
}
