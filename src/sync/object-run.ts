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
import { doubt, withholding, type Withholding } from './withholding.ts';

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
  /** Values that HubSpot keeps back from a key without their scopes, and whether it does. */
  readonly withholdings: readonly Withholding[];
  /** Whether a record in the recycle bin has nothing left: somebody's privacy was asked for. */
  readonly isErased: (record: SourceRecord) => boolean;
}

export async function beginObject(pipeline: ObjectPipeline, context: SyncContext): Promise<ObjectRun> {
  const run = await describeObject(pipeline, context);
  const { table } = run.shape;
  const start = await prepare(context, pipeline.name, pipeline.merges ? [table, mergesTable] : [table], {
    columns: run.shape.columns,
    withholdings: run.withholdings,
  });
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
  const { source, settings } = context;
  const patience = { now: () => source.now(), sureAfter: Math.max(longestDelay, settings.settleAfter) };
  const unread = unreadRecords(pipeline.name, start.checkpoint, patience);
  const batcher = makeBatcher(context, pipeline.name, start, (checkpoint) => unread.in(checkpoint));
  return { ...run, batcher, unread };
}

/** By which any answer of HubSpot's may be late. */
const longestDelay = 3_600_000;

type Described = Omit<ObjectRun, 'batcher' | 'unread'>;

async function describeObject(pipeline: ObjectPipeline, context: SyncContext): Promise<Described> {
  const { source, warehouse, settings } = context;
  if (pipeline.unavailable !== undefined) throw pipeline.unavailable;
  const treated = await treatedProperties({ ...context, privacy: settings.privacy }, pipeline);
  assertNotRefused(treated, pipeline);
  const further = await furtherWithholdings(pipeline, context);
  const unsure = further.filter(({ isWithheld }) => isWithheld === undefined);
  for (const each of [...treated.doubts, ...unsure.map((one) => doubt(pipeline, one))])
    context.log.warn({}, each);
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
    withholdings: [...treated.withholdings, ...further],
  };
}

/** What HubSpot keeps back from a key without `furtherScopes`. */
async function furtherWithholdings(
  { name, object, furtherScopes = [] }: ObjectPipeline,
  context: SyncContext,
): Promise<readonly Withholding[]> {
  const found: Withholding[] = [];
  for (const scope of furtherScopes) {
    const about = { object, property: 'hs_object_id', scopes: [scope] };
    found.push(await withholding(context, name, about));
  }
  return found;
}

/** Whole records of the object. What cannot be read is remembered; what was read, when `portionPart` makes rows of it. */
export async function* readRecords(run: ObjectRun, scan: Scan): AsyncIterable<Page> {
  const { pipeline, properties, context, unread } = run;
  for await (const page of context.source.read(pipeline, properties, scan, context.signal)) {
    unread.note({ missing: page.missing, failed: page.failed });
    yield page;
  }
}
