import type { ObjectPipeline } from '../pipeline.ts';
import type { Instant, Page, Scan, SourceRecord } from '../source.ts';
import {
  datedObject,
  erasedRecord,
  mergedIds,
  mergesTable,
  objectTable,
  type ObjectTable,
} from '../transform/index.ts';
import type { StoredCheckpoint } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import { clearColumns } from './clear-columns.ts';
import type { SyncContext } from './context.ts';
import { openDeletions, type Deletions } from './deletions.ts';
import { unreadRecords, type UnreadRecords } from './unread.ts';
import { prepare } from './prepare.ts';
import { tableLayout } from './table-layout.ts';
import { assertNotRefused, treatedProperties } from './treated-properties.ts';

/** What the steps of one object share. */
export interface ObjectRun {
  readonly pipeline: ObjectPipeline;
  readonly context: SyncContext;
  readonly shape: ObjectTable;
  /** The properties asked for, in the order of the shape's columns. */
  readonly properties: readonly string[];
  /** The ids that were merged into a record of this object. */
  readonly mergedIds: ReturnType<typeof mergedIds>;
  readonly batcher: Batcher;
  readonly unread: UnreadRecords;
  readonly startedAt: Instant;
  readonly deletions: Deletions;
  /** See `PlanBounds.listed`. */
  readonly listed: boolean;
  /** Scopes that the key lacks for values that somebody asks for. */
  readonly withheld: readonly string[];
  /** Scopes that the key lacks, and without which HubSpot may keep values of the object to itself. */
  readonly lacking: readonly string[];
  /** Whether a record in the recycle bin has nothing left: somebody's privacy was asked for. */
  readonly isErased: (record: SourceRecord) => boolean;
}

export async function beginObject(pipeline: ObjectPipeline, context: SyncContext): Promise<ObjectRun> {
  const run = await describeObject(pipeline, context);
  const { table } = run.shape;
  const start = await prepare(
    context,
    pipeline.name,
    pipeline.merges ? [table, mergesTable] : [table],
    run.shape.columns,
  );
  return withBatches(run, await clearColumns(context, run, start));
}

/** To look only: the tables stay as they are. */
export async function lookAtObject(pipeline: ObjectPipeline, context: SyncContext): Promise<ObjectRun> {
  const run = await describeObject(pipeline, context);
  const stored: StoredCheckpoint = await context.warehouse.checkpoint(pipeline.name);
  return withBatches(run, stored);
}

/** Every checkpoint carries the records that are still unread, whichever step of the run saves it. */
function withBatches(run: Described, start: StoredCheckpoint): ObjectRun {
  const { pipeline, context } = run;
  const unread = unreadRecords(pipeline.name, start.checkpoint);
  const batcher = makeBatcher(context, pipeline.name, start, (checkpoint) => unread.in(checkpoint));
  return { ...run, batcher, unread };
}

type Described = Omit<ObjectRun, 'batcher' | 'unread'>;

async function describeObject(pipeline: ObjectPipeline, context: SyncContext): Promise<Described> {
  const { source, warehouse, signal, settings } = context;
  if (pipeline.unavailable !== undefined) throw pipeline.unavailable;
  const treated = await treatedProperties({ source, privacy: settings.privacy, signal }, pipeline);
  assertNotRefused(treated, pipeline);
  for (const doubt of treated.doubts) context.log.warn({}, doubt);
  const startedAt = source.now();
  const layout = await tableLayout(pipeline, treated.properties, context);
  const shape = objectTable(pipeline, treated.properties, warehouse.limits, layout);
  const properties = shape.columns.map((column) => column.property.name);
  const { object, hasWatermark } = datedObject(pipeline, properties);
  const isShort = async (): Promise<boolean> =>
    (await warehouse.countLiving({ table: pipeline.name })) <= settings.listUpTo;
  return {
    pipeline: object,
    listed: !hasWatermark || (await isShort()),
    context,
    shape,
    properties,
    mergedIds: mergedIds(properties),
    isErased: erasedRecord(object, shape),
    startedAt,
    deletions: openDeletions(),
    withheld: treated.withheld,
    lacking: await lackingScopes(object, context),
  };
}

/** Those of `furtherScopes` that the key is known not to have. */
async function lackingScopes(
  { object, furtherScopes = [] }: ObjectPipeline,
  { source, signal }: SyncContext,
): Promise<readonly string[]> {
  const lacking: string[] = [];
  for (const scope of furtherScopes) {
    const about = { object, property: 'hs_object_id', scopes: [scope] };
    if ((await source.isWithheld(about, signal)) === true) lacking.push(scope);
  }
  return lacking;
}

/** Whole records of the object. What cannot be read is remembered. */
export async function* readRecords(run: ObjectRun, scan: Scan): AsyncIterable<Page> {
  const { pipeline, properties, context, unread } = run;
  for await (const page of context.source.read(pipeline, properties, scan, context.signal)) {
    unread.note(page);
    yield page;
  }
}
