import type { Checkpoint } from '../checkpoint.ts';
import { advance, plan, type PlanBounds, type Progress, type Step } from '../plan.ts';
import type { Phase, Reconciliation } from '../run.ts';
import { compareIds, type Page, type Scan } from '../source.ts';
import type { Row } from '../table.ts';
import { clearDeleted, fewDeletions } from './clear-deleted.ts';
import { fill } from './fill.ts';
import { differences, noFindings, type Findings } from './findings.ts';
import { leftTheBin } from './left-the-bin.ts';
import { listedIds } from './listed-ids.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import { portionPart } from './portion.ts';
import { noteCounted, recordVerdict, sizes, type Sizes } from './reconciliation.ts';
import type { StepItem } from './step-item.ts';
import { sweep } from './sweep.ts';
import { stillGone } from './still-gone.ts';
import { whereaboutsOf } from './what-became-of.ts';

/**
 * What `plan` asks for, scan after scan, until nothing is left to do. Resolves with what a sweep has found, if there
 * was one.
 */
export async function followPlan(
  run: ObjectRun,
  bounds: Omit<PlanBounds, 'startedAt' | 'listed'>,
): Promise<Reconciliation | undefined> {
  let swept: Reconciliation | undefined;
  for (;;) {
    const { startedAt, listed } = run;
    const step = plan(run.batcher.stored.checkpoint, { ...bounds, startedAt, listed });
    if (step === undefined) return swept;
    const findings = await runStep(run, step);
    if (step.task === 'sweep' && isNews(run, step, findings)) swept = await verdict(run, step, findings);
  }
}

export async function runSweep(run: ObjectRun, step: Step): Promise<Reconciliation> {
  return verdict(run, step, await runStep(run, step));
}

/** Of an object that is swept in each run, a verdict that all is equal is worth keeping once in a while. */
function isNews(
  { listed, startedAt, context }: ObjectRun,
  { checkpoint }: Step,
  findings: Findings,
): boolean {
  const told = checkpoint.kind === 'live' ? checkpoint.counted : undefined;
  return !listed || differences(findings) > 0 || startedAt - (told ?? 0) >= context.settings.reconcileEvery;
}

async function verdict(run: ObjectRun, step: Step, findings: Findings): Promise<Reconciliation> {
  const seen = {
    depth: 'ids',
    findings,
    sizes: await sweptSizes(run, step, findings),
    mended: true,
  } as const;
  const reconciliation = await recordVerdict(run, seen);
  if (run.listed) await noteCounted(run);
  return reconciliation;
}

/** A sweep of one piece has counted HubSpot's records by itself. */
async function sweptSizes(run: ObjectRun, { checkpoint }: Step, { listed }: Findings): Promise<Sizes> {
  const isWhole = checkpoint.kind === 'live' && checkpoint.sweep?.position === undefined;
  if (!run.listed || !isWhole) return sizes(run);
  const inWarehouse = await run.context.warehouse.countLiving({ table: run.pipeline.name });
  return { inHubspot: listed, inWarehouse };
}

async function runStep(run: ObjectRun, step: Step): Promise<Findings> {
  const { context, batcher } = run;
  const findings = noFindings();
  let { checkpoint } = step;
  let read = 0;
  let shown = checkpoint.kind === 'live' ? (checkpoint.window?.shown ?? 0) : 0;
  let highest = '0';
  for await (const { portion, write, page } of items(run, step, findings)) {
    read += page?.records.length ?? 0;
    const { misfits, ...part } = portionPart(run, portion);
    // Before the step claims to be through, but not before all that it has found.
    if (page?.last === true) await clearDeleted(run, checkpoint);
    if (page !== undefined) {
      shown = Math.max(shown, page.shown ?? 0);
      if (run.pipeline.merges) highest = highestOf(highest, page);
      const progress = { ...page, read, shown, ...(run.pipeline.merges && { highest }) };
      checkpoint = passed(run, step, progress) ?? checkpoint;
    }
    const writes = write === undefined ? part.writes : [...part.writes, write];
    const refreshed = write?.kind === 'refresh' ? write.rows : [];
    const rows = part.rows + refreshed.length;
    await batcher.add({ writes, rows, size: part.size + sizeOf(refreshed), checkpoint });
    if (step.task === 'fill') read += rows;
    context.count({ read: portion.records.length });
    context.misfit(misfits);
    context.onProgress({ kind: 'moved', pipeline: run.pipeline.name, phase: phases[step.task], read });
  }
  await batcher.flush();
  return findings;
}

/**
 * The checkpoint once this page is in. A pass that has found many deletions does not move on: the next run goes on before them
 * and finds them again, which keeps the checkpoint small.
 */
function passed({ deletions }: ObjectRun, step: Step, page: Progress): Checkpoint | undefined {
  if (page.last) return advance(step, page);
  const gone = deletions.found(fewDeletions);
  return gone && advance(step, { ...page, gone });
}

async function* items(run: ObjectRun, step: Step, findings: Findings): AsyncIterable<StepItem> {
  const { checkpoint, task } = step;
  const live = checkpoint.kind === 'live' ? checkpoint : undefined;
  switch (task) {
    case 'bin':
      yield* leftTheBin(run, readRecords(run, step.scan));
      return;
    case 'sweep':
      yield* stillGone(run, live?.sweep?.gone, findings);
      yield* sweep(run, { scan: step.scan, afterId: live?.sweep?.afterId, findings });
      return;
    case 'load':
    case 'newest':
      yield* listed(run, step.scan);
      return;
    case 'changes':
      yield* found(run, step.scan);
      return;
    case 'fill':
      yield* stillGone(run, live?.fill?.gone, findings);
      yield* fill(run, live?.fill ?? { columns: [] });
  }
}

/** A list has nothing twice: what it has named and could not be read a moment later is looked for at once. */
async function* listed(run: ObjectRun, scan: Scan): AsyncIterable<StepItem> {
  for await (const page of readRecords(run, scan)) {
    for await (const portion of whereaboutsOf(run, page.missing)) yield { portion };
    yield { portion: { records: page.records, merged: page.merged, gone: [] }, page };
  }
}

/**
 * Search is behind: what it has named and could not be read may be in the bin, restored from it or gone. When the window has
 * settled, it is asked for once more; then the bin's own scan, the counts and the sweep decide.
 */
async function* found(run: ObjectRun, scan: Scan): AsyncIterable<StepItem> {
  for await (const page of readRecords(run, scan)) {
    yield { portion: { records: page.records, merged: page.merged, gone: [] }, page };
  }
}

function highestOf(before: string, page: Page): string {
  return listedIds(page).reduce((most, id) => (compareIds(id, most) > 0 ? id : most), before);
}

/** About how many characters. */
function sizeOf(rows: readonly Row[]): number {
  return rows.reduce((total, row) => total + row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0), 0);
}

export const phases: Readonly<Record<Step['task'], Phase>> = {
  load: 'full load',
  newest: 'changes',
  changes: 'changes',
  bin: 'archived',
  sweep: 'sweep',
  fill: 'new columns',
};
