import type { ObjectPipeline } from '../pipeline.ts';
import type { Instant, Page, Scan } from '../source.ts';
import { mergedIds, mergesTable, objectTable, type ObjectTable } from '../transform/index.ts';
import type { StoredCheckpoint } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import { prepare } from './prepare.ts';

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
  readonly startedAt: Instant;
  /** Records that this run has found to be deleted for good. */
  deletions: number;
}

export async function beginObject(pipeline: ObjectPipeline, context: SyncContext): Promise<ObjectRun> {
  const run = await describeObject(pipeline, context);
  const { table } = run.shape;
  const start = await prepare(context, pipeline.name, pipeline.merges ? [table, mergesTable] : [table]);
  return { ...run, batcher: makeBatcher(context, pipeline.name, start) };
}

/** To look only: the tables stay as they are. */
export async function lookAtObject(pipeline: ObjectPipeline, context: SyncContext): Promise<ObjectRun> {
  const run = await describeObject(pipeline, context);
  const stored: StoredCheckpoint = await context.warehouse.checkpoint(pipeline.name);
  return { ...run, batcher: makeBatcher(context, pipeline.name, stored) };
}

async function describeObject(
  pipeline: ObjectPipeline,
  context: SyncContext,
): Promise<Omit<ObjectRun, 'batcher'>> {
  const { source, warehouse, signal } = context;
  const definitions = await source.properties(pipeline.object, signal);
  const startedAt = source.now();
  const shape = objectTable(pipeline, definitions, warehouse.limits);
  const properties = shape.columns.map((column) => column.property.name);
  return { pipeline, context, shape, properties, mergedIds: mergedIds(properties), startedAt, deletions: 0 };
}

/** Whole records of the object. */
export function readRecords(run: ObjectRun, scan: Scan): AsyncIterable<Page> {
  const { pipeline, properties, context } = run;
  return context.source.read(pipeline, properties, scan, context.signal);
}
