import type { Reconciliation, ReconcileVerdict } from '../run.ts';
import type { CreatedIn } from '../warehouse.ts';
import { differences, type Findings } from './findings.ts';
import type { ObjectRun } from './object-run.ts';

export type Sizes = Pick<Reconciliation, 'inHubspot' | 'inWarehouse'>;

/** How many living records both sides have, of a span of creation or in all. */
export async function sizes(run: ObjectRun, created?: CreatedIn): Promise<Sizes> {
  const { source, warehouse, signal } = run.context;
  const [inHubspot, inWarehouse] = await Promise.all([
    source.count(run.pipeline, created, signal),
    warehouse.countLiving({ table: run.pipeline.name, ...(created && { created }) }),
  ]);
  return { inHubspot, inWarehouse };
}

export interface Comparison {
  readonly depth: Reconciliation['depth'];
  readonly findings: Findings;
  readonly sizes: Sizes;
  /** Whether what was found has been mended. */
  readonly mended: boolean;
}

/** Keeps what a comparison has come to, and says so in the log if it is bad news. */
export async function recordVerdict(run: ObjectRun, comparison: Comparison): Promise<Reconciliation> {
  const { depth, findings, sizes, mended } = comparison;
  const { missing, stale, archived, deleted, calls, months } = findings;
  const found = differences(findings);
  const unexplained = depth === 'counts' && found === 0 && months.size === 0 && isUneven(sizes);
  const verdict = unexplained ? 'different' : verdictOf(found, mended, run.unread.ids.length);
  const reconciliation: Reconciliation = {
    runId: run.context.runId,
    pipeline: run.pipeline.name,
    depth,
    ...sizes,
    missing,
    stale,
    archived,
    deleted,
    repaired: mended ? found : 0,
    months: [...months].sort(),
    calls,
    verdict,
  };
  await run.context.warehouse.saveReconciliation(reconciliation);
  if (verdict !== 'equal') run.context.log.warn({ ...reconciliation }, 'HubSpot and the warehouse differed');
  return reconciliation;
}

function isUneven({ inHubspot, inWarehouse }: Sizes): boolean {
  return inHubspot !== inWarehouse;
}

/** What HubSpot could not give is neither equal nor repaired. */
function verdictOf(found: number, mended: boolean, unread: number): ReconcileVerdict {
  if (unread > 0) return 'different';
  if (found === 0) return 'equal';
  return mended ? 'repaired' : 'different';
}

/** The checkpoint says when counts were last compared. */
export async function noteCounted({ batcher, startedAt }: ObjectRun): Promise<void> {
  const { checkpoint } = batcher.stored;
  if (checkpoint?.kind !== 'live') return;
  await batcher.add({ writes: [], rows: 0, size: 0, checkpoint: { ...checkpoint, counted: startedAt } });
  await batcher.flush();
}
