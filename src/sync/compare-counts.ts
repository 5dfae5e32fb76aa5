import type { Reconciliation } from '../run.ts';
import type { CreatedIn, StoredId } from '../warehouse.ts';
import { clearDeleted } from './clear-deleted.ts';
import { differingSpans } from './differing-spans.ts';
import { noFindings, noteAbsent, noteMissing, type Findings } from './findings.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import type { Portion } from './portion.ts';
import { recordVerdict, sizes } from './reconciliation.ts';
import { savePortion } from './save-portion.ts';
import { whatBecameOf } from './what-became-of.ts';

/** Looks for what differs, from counts down to ids, and mends it on the way that every record takes. */
export async function compareCounts(
  run: ObjectRun,
  { repair }: { readonly repair: boolean },
): Promise<Reconciliation> {
  const findings = noFindings();
  const before = await sizes(run);
  findings.calls += 1;
  const { checkpoint } = run.batcher.stored;
  if (before.inHubspot !== before.inWarehouse) {
    for await (const span of differingSpans(run, findings)) {
      findings.months.add(new Date(span.from).toISOString().slice(0, 7));
      for await (const portion of compareSpan(run, span, findings)) {
        if (repair && checkpoint !== undefined) await savePortion(run, portion, checkpoint);
      }
    }
    if (repair && checkpoint !== undefined) await clearDeleted(run, checkpoint);
    await run.batcher.flush();
  }
  return recordVerdict(run, { depth: 'counts', findings, sizes: before, mended: repair });
}

/** The ids that HubSpot has for a span against those that the warehouse has; each difference is looked into by id. */
export async function* compareSpan(
  run: ObjectRun,
  span: CreatedIn,
  findings: Findings,
): AsyncIterable<Portion> {
  const inHubspot = await idsInHubspot(run, span, findings);
  const absent: StoredId[] = [];
  const query = { table: run.pipeline.name, state: 'living', created: span, chunk: 1000 } as const;
  for await (const rows of run.context.warehouse.ids(query)) {
    for (const row of rows) if (!inHubspot.delete(row.id)) absent.push(row);
  }
  if (inHubspot.size > 0) {
    for await (const page of readRecords(run, { kind: 'ids', ids: [...inHubspot] })) {
      noteMissing(findings, page.records);
      yield { records: page.records, merged: page.merged, gone: [] };
    }
  }
  for await (const portion of whatBecameOf(run, absent)) {
    noteAbsent(findings, portion);
    yield portion;
  }
}

async function idsInHubspot(run: ObjectRun, span: CreatedIn, findings: Findings): Promise<Set<string>> {
  const { source, signal } = run.context;
  const found = new Set<string>();
  for await (const ids of source.idsCreated(run.pipeline, span, signal)) {
    findings.calls += 1;
    for (const id of ids) found.add(id);
  }
  return found;
}
