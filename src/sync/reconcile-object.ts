import { completeUpTo } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import { planSweep } from '../plan.ts';
import type { Reconciliation } from '../run.ts';
import { compareCounts } from './compare-counts.ts';
import type { SyncContext } from './context.ts';
import { forgettingVanished } from './filled-columns.ts';
import { noFindings } from './findings.ts';
import { followPlan, runSweep } from './follow-plan.ts';
import { beginObject, lookAtObject, type ObjectRun } from './object-run.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { readAgain } from './read-again.ts';
import { recordVerdict, sizes } from './reconciliation.ts';
import { shortfall } from './shortfall.ts';
import { sweep } from './sweep.ts';

export interface ReconcileOptions {
  /** Whether what differs is mended, or only reported. */
  readonly repair: boolean;
  /** Compares every id and version, not only ids where counts differ. */
  readonly deep: boolean;
  readonly onReconciled: (reconciliation: Reconciliation) => void;
}

/** Compares one object with its table. A repair begins with the changes since the last sync: they are no loss. */
export async function reconcileObject(
  pipeline: ObjectPipeline,
  context: SyncContext,
  options: ReconcileOptions,
): Promise<PipelineResult> {
  const { repair } = options;
  const run = await (repair ? beginObject : lookAtObject)(pipeline, context);
  if (run.batcher.stored.checkpoint?.kind !== 'live') throw notLoaded(pipeline.name);
  try {
    const reconciliation = repair
      ? await forgettingVanished(run, () => mend(run, options))
      : await look(run, options);
    options.onReconciled(reconciliation);
    const complete = { completeUpTo: completeUpTo(run.batcher.stored.checkpoint) };
    const missed = shortfall(run);
    if (missed !== undefined) return { outcome: 'partial', ...missed, ...complete };
    if (reconciliation.verdict !== 'different') return { outcome: 'complete', ...complete };
    return { outcome: 'partial', reason: advice(reconciliation), ...complete };
  } finally {
    await run.batcher.settled();
  }
}

async function mend(run: ObjectRun, { deep }: ReconcileOptions): Promise<Reconciliation> {
  const { settings } = run.context;
  await readAgain(run);
  await followPlan(run, { ...settings, archivedEvery: 0, sweepEvery: Number.POSITIVE_INFINITY });
  const { checkpoint } = run.batcher.stored;
  if (!deep || checkpoint?.kind !== 'live') return compareCounts(run, { repair: true });
  return runSweep(run, planSweep(checkpoint, { ...settings, startedAt: run.startedAt }));
}

async function look(run: ObjectRun, { deep }: ReconcileOptions): Promise<Reconciliation> {
  if (!deep) return compareCounts(run, { repair: false });
  const findings = noFindings();
  const items = sweep(run, { scan: { kind: 'all' }, afterId: undefined, findings });
  for await (const _item of items) run.context.signal.throwIfAborted();
  return recordVerdict(run, { depth: 'ids', findings, sizes: await sizes(run), mended: false });
}

function advice({ pipeline, inHubspot, inWarehouse, ...found }: Reconciliation): string {
  const { missing, stale, archived, deleted } = found;
  const counts = Object.entries({ missing, stale, archived, deleted }).filter(([, count]) => count > 0);
  if (counts.length === 0) {
    return `HubSpot has ${inHubspot} ${pipeline} and the warehouse ${inWarehouse}, and no date of creation shows which: keyway reconcile ${pipeline} --deep compares every id and mends what differs.`;
  }
  return `HubSpot and the warehouse differ (${counts.map(([kind, count]) => `${count} ${kind}`).join(', ')}), some of it perhaps since the last sync: keyway reconcile ${pipeline} mends it.`;
}

function notLoaded(name: string): KeywayError {
  return new KeywayError(
    'not_available',
    `${name} cannot be compared before it is loaded completely: run keyway sync ${name} first.`,
    { verdict: 'skip' },
  );
}
