import { noCounts } from '../../src/run.ts';
import type { Lease, Warehouse } from '../../src/warehouse.ts';

const runId = '019a0000-0000-7000-8000-000000000001';

/** All that Keyway remembers of itself, of its runs and of the account. `open` gives another process. */
export async function everyRecord(warehouse: Warehouse, open: () => Promise<Warehouse>): Promise<void> {
  const mine: Lease = { name: 'sync', holder: 'elsewhere/1/a', label: "it's mine", ttl: 60_000 };
  await warehouse.check();
  await warehouse.migrate();
  await warehouse.check();
  await warehouse.portalId();
  const key = { portalId: '62515', fingerprint: 'abc', slot: "it's" };
  await warehouse.useKey({ ...key, passedOver: [] });
  await warehouse.useKey({ ...key, scopes: ["it's"], passedOver: [{ fingerprint: 'def', slot: 'b' }] });
  await warehouse.serviceKeys();
  await warehouse.fingerprintSecret();
  await warehouse.portalId();
  const other = await open();
  for (const holder of [warehouse, other, warehouse]) {
    const lease = { ...mine, holder: holder === other ? 'elsewhere/2/b' : mine.holder };
    await holder.takeLease(lease);
    await holder.takeLease(lease);
    await holder.releaseLease(lease);
    await holder.takeLease(lease);
  }
  await warehouse.checkpoints();
  await warehouse.reset("it's", []);
  await everyRun(warehouse);
}

async function everyRun(warehouse: Warehouse): Promise<void> {
  const run = {
    id: runId,
    command: 'sync',
    version: '1.0.0',
    portalId: '62515',
    keyFingerprint: 'abc',
    startedAt: 1,
    outcome: 'running' as const,
  };
  const part = { runId, pipeline: 'contacts', startedAt: 1, outcome: 'running' as const, counts: noCounts };
  await warehouse.closeRuns();
  await warehouse.startRun(run);
  await warehouse.savePipelineRun(part);
  const failed = { finishedAt: 2, outcome: 'failed' as const };
  const more = {
    code: 'internal' as const,
    reason: "it's",
    completeUpTo: 1,
    misfitsByProperty: { "it's": 1 },
  };
  await warehouse.savePipelineRun({ ...part, ...failed, ...more });
  await warehouse.finishRun({ ...run, ...failed, error: "it's" }, [
    { keyFingerprint: 'abc', endpoint: 'GET /x', status: 200, calls: 1, firstAt: 1, lastAt: 2 },
  ]);
  await warehouse.startRun({ ...run, id: runId.replace(/1$/, '2') });
  await warehouse.startRun({ ...run, id: runId.replace(/1$/, '3') });
  await warehouse.runs(10);
  await warehouse.pipelineRuns();
  await warehouse.pipelineRunsOf(runId);
  await warehouse.runSummaries(10);
  await warehouse.lastChanges();
  await warehouse.callsSince(1);
  await warehouse.saveReconciliation({
    runId,
    pipeline: 'contacts',
    depth: 'ids',
    inHubspot: 1,
    inWarehouse: 1,
    missing: 0,
    stale: 0,
    archived: 0,
    deleted: 0,
    repaired: 0,
    months: ['2026-01'],
    calls: 1,
    verdict: 'equal',
  });
  await warehouse.reconciliations();
  await warehouse.schemaChanges({ limit: 1 });
  await warehouse.schemaChanges({ since: 1, limit: 1 });
  const notice = { id: "it's", kind: 'failure', text: "it's", toldAt: 1 } as const;
  await warehouse.keepNotices([notice]);
  await warehouse.notices();
  await warehouse.keepNotices([]);
}
