import { advance, completeUpTo, plan, type Step } from '../checkpoint.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { Phase } from '../run.ts';
import type { Page, Scan } from '../source.ts';
import { mergedIds, mergesTable, objectTable, type ObjectTable } from '../transform/index.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import { leftTheBin } from './left-the-bin.ts';
import { pagePart } from './page-part.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { prepare } from './prepare.ts';

/** Brings one object's table up to date: what `plan` asks for, scan after scan, until nothing is left to do. */
export async function syncObject(pipeline: ObjectPipeline, context: SyncContext): Promise<PipelineResult> {
  const run = await begin(pipeline, context);
  const bounds = { ...context.settings, startedAt: run.startedAt };
  const { batcher } = run;
  try {
    for (;;) {
      const step = plan(batcher.stored.checkpoint, bounds);
      if (step === undefined) break;
      await runStep(run, step);
    }
  } finally {
    await batcher.settled();
  }
  return { outcome: 'complete', completeUpTo: completeUpTo(batcher.stored.checkpoint) };
}

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
  readonly startedAt: number;
}

async function begin(pipeline: ObjectPipeline, context: SyncContext): Promise<ObjectRun> {
  const { source, warehouse, signal } = context;
  const definitions = await source.properties(pipeline.object, signal);
  const startedAt = source.now();
  const shape = objectTable(pipeline, definitions, warehouse.limits);
  const tables = pipeline.merges ? [shape.table, mergesTable] : [shape.table];
  const properties = shape.columns.map((column) => column.property.name);
  const start = await prepare(context, pipeline.name, tables);
  return {
    pipeline,
    context,
    shape,
    properties,
    mergedIds: mergedIds(properties),
    batcher: makeBatcher(context, pipeline.name, start),
    startedAt,
  };
}

async function runStep(run: ObjectRun, step: Step): Promise<void> {
  const { pipeline, context, batcher } = run;
  let read = 0;
  for await (const page of pages(run, step.scan)) {
    const part = pagePart(run, step.scan, page);
    await batcher.add({ ...part, checkpoint: advance(step, page) });
    read += page.records.length;
    context.count({ read: page.records.length, misfits: part.misfits });
    context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: phases[step.scan.kind], read });
  }
  await batcher.flush();
}

function pages(run: ObjectRun, scan: Scan): AsyncIterable<Page> {
  const { pipeline, properties, context } = run;
  const found = context.source.read(pipeline, properties, scan, context.signal);
  return scan.kind === 'archived' ? leftTheBin(run, found) : found;
}

const phases: Readonly<Record<Scan['kind'], Phase>> = {
  all: 'full load',
  changes: 'changes',
  archived: 'archived',
  ids: 'changes',
};
