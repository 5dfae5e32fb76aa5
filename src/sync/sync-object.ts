import { advance, completeUpTo, plan, type PlanBounds, type Step } from '../checkpoint.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { Phase } from '../run.ts';
import type { SyncContext } from './context.ts';
import { noFindings, type Findings } from './findings.ts';
import { leftTheBin } from './left-the-bin.ts';
import { beginObject, readRecords, type ObjectRun } from './object-run.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { portionPart } from './portion.ts';
import { reconcileCounts, saveReconciliation } from './reconcile.ts';
import type { StepItem } from './step-item.ts';
import { sweep } from './sweep.ts';

/** Brings one object's table up to date: what `plan` asks for, scan after scan, until nothing is left to do. */
export async function syncObject(pipeline: ObjectPipeline, context: SyncContext): Promise<PipelineResult> {
  const run = await beginObject(pipeline, context);
  try {
    await followPlan(run, { ...context.settings, startedAt: run.startedAt });
    await reconcileCounts(run, () =>
      // What is in the bin, or has left it, explains most differences.
      followPlan(run, { ...context.settings, startedAt: run.startedAt, archivedEvery: 0 }),
    );
  } finally {
    await run.batcher.settled();
  }
  return { outcome: 'complete', completeUpTo: completeUpTo(run.batcher.stored.checkpoint) };
}

async function followPlan(run: ObjectRun, bounds: PlanBounds): Promise<void> {
  for (;;) {
    const step = plan(run.batcher.stored.checkpoint, bounds);
    if (step === undefined) return;
    await runStep(run, step);
  }
}

async function runStep(run: ObjectRun, step: Step): Promise<void> {
  const { context, batcher } = run;
  const findings = noFindings();
  let { checkpoint } = step;
  let read = 0;
  for await (const { portion, write, page } of items(run, step, findings)) {
    read += page?.records.length ?? 0;
    if (page !== undefined) checkpoint = advance(step, { ...page, read });
    const part = portionPart(run, portion);
    const writes = write === undefined ? part.writes : [...part.writes, write];
    const rows = part.rows + (write?.kind === 'refresh' ? write.rows.length : 0);
    await batcher.add({ ...part, writes, rows, checkpoint });
    context.count({ read: portion.records.length, misfits: part.misfits });
    context.onProgress({ kind: 'moved', pipeline: run.pipeline.name, phase: phases[step.task], read });
  }
  await batcher.flush();
  if (step.task === 'sweep') await saveReconciliation(run, 'ids', findings);
}

function items(run: ObjectRun, step: Step, findings: Findings): AsyncIterable<StepItem> {
  const { scan, checkpoint, task } = step;
  switch (task) {
    case 'bin':
      return leftTheBin(run, readRecords(run, scan));
    case 'sweep': {
      const afterId = checkpoint.kind === 'live' ? checkpoint.sweep?.afterId : undefined;
      return sweep(run, { scan, afterId, findings });
    }
    case 'load':
    case 'changes':
      return wholePages(run, step);
  }
}

/**
 * What a list or a search has named and could not be read a moment later may be in the bin, restored from it or gone:
 * the bin's own scan, the counts and the sweep decide.
 */
async function* wholePages(run: ObjectRun, { scan }: Step): AsyncIterable<StepItem> {
  for await (const page of readRecords(run, scan)) {
    yield { portion: { records: page.records, merged: page.merged, gone: [] }, page };
  }
}

const phases: Readonly<Record<Step['task'], Phase>> = {
  load: 'full load',
  changes: 'changes',
  bin: 'archived',
  sweep: 'sweep',
};
