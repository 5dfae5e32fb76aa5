import { KeywayError } from '../errors.ts';
import { timestampCell, type Dictionaries, type DictionaryOf, type ObjectPipeline } from '../pipeline.ts';
import { fitRow, objectTable } from '../transform/index.ts';
import type { Write } from '../warehouse.ts';
import type { SyncContext } from './context.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';
import { propertyItems } from './property-items.ts';
import { idleEverywhere, treatedProperties } from './treated-properties.ts';

type Name = keyof Dictionaries;

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
  const items = found.parts.reduce((total, part) => total + part.items.length, 0);
  context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: 'dictionary', read: items });
  const { version: _version, ...written } = await warehouse.commit({
    pipeline: pipeline.name,
    runId,
    writes,
    checkpoint: { kind: 'snapshot', takenAt },
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
}

interface Found<N extends Name> {
  readonly parts: readonly Part<N>[];
  /** Objects that the key may not read: their rows stay as they are. */
  readonly outOfReach: readonly string[];
}

function replaceAll<N extends Name>(pipeline: DictionaryOf<N>, part: Part<N>, now: string): readonly Write[] {
  return pipeline.tables.map((each) => ({
    kind: 'replace',
    table: each.table,
    rows: part.items.flatMap((item) => each.rows(item)).map((row) => fitRow(each.table, row)),
    ...(part.objectType === undefined ? {} : { within: { object_type: part.objectType } }),
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
        const items = await context.source.stagePipelines(object.object, context.signal);
        return items.map((item) => ({ ...item, objectType: object.name }));
      },
    ),
  properties: async (context) => {
    const { privacy } = context.settings;
    const found = await perObject(
      context,
      () => true,
      async (object) => {
        const { properties } = await treatedProperties({ ...context, privacy }, object);
        return propertyItems(object.name, objectTable(object, properties, context.warehouse.limits));
      },
    );
    if (found.outOfReach.length > 0) return found;
    const names = found.parts.flatMap(({ items }) => items.map(({ name }) => name));
    for (const doubt of idleEverywhere(privacy, names)) context.log.warn({}, doubt);
    return found;
  },
};

function read<N extends Name>(pipeline: DictionaryOf<N>, context: SyncContext): Promise<Found<N>> {
  return readers[pipeline.dictionary](context);
}

function whole<Item>(items: readonly Item[]): { parts: { items: readonly Item[] }[]; outOfReach: string[] } {
  return { parts: [{ items }], outOfReach: [] };
}

async function perObject<Item>(
  context: SyncContext,
  wanted: (object: ObjectPipeline) => boolean,
  items: (object: ObjectPipeline) => Promise<readonly Item[]>,
): Promise<{ parts: { items: readonly Item[]; objectType: string }[]; outOfReach: string[] }> {
  const parts: { items: readonly Item[]; objectType: string }[] = [];
  const outOfReach: KeywayError[] = [];
  for (const object of context.objects.filter(wanted)) {
    // Its own pipeline says so.
    if (object.unavailable !== undefined) continue;
    try {
      parts.push({ items: await items(object), objectType: object.name });
    } catch (error) {
      if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
      outOfReach.push(error);
    }
  }
  if (parts.length === 0 && outOfReach[0] !== undefined) throw outOfReach[0];
  return { parts, outOfReach: outOfReach.map((error) => error.message) };
}
