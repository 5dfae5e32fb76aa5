import type { Checkpoint } from '../checkpoint.ts';
import type { Reconciliation, ReconcileVerdict } from '../run.ts';
import type { StoredId } from '../warehouse.ts';
import { differingSpans, sizes, type CreationSpan, type Sizes } from './differing-spans.ts';
import { differences, noFindings, noteAbsent, type Findings } from './findings.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import { portionPart, type Portion } from './portion.ts';
import { whatBecameOf } from './what-became-of.ts';

/**
 * Compares HubSpot's count of living records with the warehouse's, when that is due. If they differ, the bin is asked for an
 * explanation first; what it does not explain is searched for and mended.
 */
export async function reconcileCounts(run: ObjectRun, readBin: () => Promise<void>): Promise<void> {
  const { checkpoint } = run.batcher.stored;
  if (checkpoint?.kind !== 'live' || !(await isDue(run, checkpoint))) return;
  const before = await sizes(run, undefined);
  if (before.inHubspot !== before.inWarehouse) {
    await readBin();
    await reconcile(run, { repair: true });
  }
  await note(run);
}

/** Looks for what differs, from counts down to ids, and mends it on the way that every record takes. */
export async function reconcile(
  run: ObjectRun,
  { repair }: { readonly repair: boolean },
): Promise<Reconciliation> {
  const findings = noFindings();
  const before = await sizes(run, undefined);
  findings.calls += 1;
  if (before.inHubspot !== before.inWarehouse) {
    for await (const span of differingSpans(run, findings)) {
      findings.months.add(new Date(span.from).toISOString().slice(0, 7));
      for await (const portion of compareSpan(run, span, findings)) {
        if (repair) await write(run, portion);
      }
    }
    await run.batcher.flush();
  }
  const found = differences(findings);
  const verdict: ReconcileVerdict = found === 0 ? 'equal' : repair ? 'repaired' : 'different';
  return record(run, { depth: 'counts', findings, sizes: before, verdict });
}

/** A look at everything, which a sweep has taken. */
export async function saveReconciliation(
  run: ObjectRun,
  depth: 'ids',
  findings: Findings,
): Promise<Reconciliation> {
  const found = differences(findings);
  const after = await sizes(run, undefined);
  return record(run, { depth, findings, sizes: after, verdict: found === 0 ? 'equal' : 'repaired' });
}

interface Verdict {
  readonly depth: Reconciliation['depth'];
  readonly findings: Findings;
  readonly sizes: Sizes;
  readonly verdict: ReconcileVerdict;
}

async function record(run: ObjectRun, { depth, findings, sizes, verdict }: Verdict): Promise<Reconciliation> {
  const { missing, stale, archived, deleted, calls, months } = findings;
  const reconciliation: Reconciliation = {
    runId: run.context.runId,
    pipeline: run.pipeline.name,
    depth,
    ...sizes,
    missing,
    stale,
    archived,
    deleted,
    repaired: verdict === 'repaired' ? differences(findings) : 0,
    months: [...months].sort(),
    calls,
    verdict,
  };
  await run.context.warehouse.saveReconciliation(reconciliation);
  if (verdict !== 'equal') run.context.log.warn({ ...reconciliation }, 'HubSpot and the warehouse differed');
  return reconciliation;
}

async function isDue(run: ObjectRun, checkpoint: Extract<Checkpoint, { kind: 'live' }>): Promise<boolean> {
  const { warehouse, settings } = run.context;
  const age = run.startedAt - (checkpoint.counted ?? 0);
  if (age >= settings.reconcileEvery) return true;
  return (await warehouse.countLiving({ table: run.pipeline.name })) <= fewRows;
}

/** To find a difference among so few takes some dozens of calls at most. */
const fewRows = 5000;

async function note(run: ObjectRun): Promise<void> {
  const { checkpoint } = run.batcher.stored;
  if (checkpoint?.kind !== 'live') return;
  await run.batcher.add({
    writes: [],
    rows: 0,
    size: 0,
    checkpoint: { ...checkpoint, counted: run.startedAt },
  });
  await run.batcher.flush();
}

async function write(run: ObjectRun, portion: Portion): Promise<void> {
  const { checkpoint } = run.batcher.stored;
  if (checkpoint === undefined) return;
  const { misfits, ...part } = portionPart(run, portion);
  run.context.count({ read: portion.records.length, misfits });
  await run.batcher.add({ ...part, checkpoint });
}

/** The ids that HubSpot has for a span against those that the warehouse has; each difference is looked into by id. */
async function* compareSpan(run: ObjectRun, span: CreationSpan, findings: Findings): AsyncIterable<Portion> {
  const inHubspot = await idsInHubspot(run, span, findings);
  const absent: StoredId[] = [];
  const query = { table: run.pipeline.name, state: 'living', created: span, chunk: 1000 } as const;
  for await (const rows of run.context.warehouse.ids(query)) {
    for (const row of rows) if (!inHubspot.delete(row.id)) absent.push(row);
  }
  if (inHubspot.size > 0) {
    for await (const page of readRecords(run, { kind: 'ids', ids: [...inHubspot] })) {
      findings.missing += page.records.length;
      findings.calls += 1;
      yield { records: page.records, merged: page.merged, gone: [] };
    }
  }
  for await (const portion of whatBecameOf(run, absent)) {
    noteAbsent(findings, portion);
    yield portion;
  }
}

async function idsInHubspot(run: ObjectRun, span: CreationSpan, findings: Findings): Promise<Set<string>> {
  const { source, signal } = run.context;
  const found = new Set<string>();
  for await (const ids of source.idsCreated(run.pipeline, span, signal)) {
    findings.calls += 1;
    for (const id of ids) found.add(id);
  }
  return found;
}
