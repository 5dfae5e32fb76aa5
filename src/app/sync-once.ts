import { randomUUIDv7 } from 'node:crypto';
import { hostname } from 'node:os';
import packageJson from '../../package.json' with { type: 'json' };
import { requireKey } from '../../config/index.ts';
import { asKeywayError } from '../errors.ts';
import { fingerprint, type Hubspot } from '../hubspot/index.ts';
import type { PipelineRun, Progress, Run, RunOutcome } from '../run.ts';
import type { Account, ApiCalls } from '../source.ts';
import { keepLease, runPipelines } from '../sync/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { openSource } from './open-source.ts';
import { openWarehouse } from './open-warehouse.ts';
import { sameAccount } from './same-account.ts';
import { selectPipelines, type Selection } from './select-pipelines.ts';

export interface SyncRequest {
  /** Empty: all of the settings. */
  readonly pipelines: readonly string[];
  readonly fullRefresh?: boolean;
  readonly onProgress?: (event: Progress) => void;
}

export interface SyncReport {
  readonly run: Run;
  readonly account: Account;
  readonly pipelines: readonly PipelineRun[];
  readonly usage: readonly ApiCalls[];
  /** Where the rows are, for people. */
  readonly warehouse: string;
  /** Skipped though named, or though it has synced before: worth an exit code. */
  readonly missed: readonly string[];
}

/**
 * One run. The key is tried before the warehouse is touched, and the account is compared before anything is written:
 * `key_refused` and `account_mismatch` leave no trace.
 */
export async function syncOnce(parts: AppParts, request: SyncRequest): Promise<SyncReport> {
  const selection = selectPipelines(parts.settings, request.pipelines);
  const source = openSource(parts);
  try {
    const account = await source.account(parts.signal);
    const warehouse = await openWarehouse(parts);
    try {
      return await syncInto({ parts, request, selection, source, warehouse, account });
    } finally {
      await warehouse.close();
    }
  } finally {
    await source.close();
  }
}

interface Sync {
  readonly parts: AppParts;
  readonly request: SyncRequest;
  readonly selection: Selection;
  readonly source: Hubspot;
  readonly warehouse: Warehouse;
  readonly account: Account;
}

async function syncInto(sync: Sync): Promise<SyncReport> {
  const { parts, warehouse, account } = sync;
  await sameAccount(warehouse, account);
  await warehouse.migrate();
  const lease = await keepLease(
    { ...parts, warehouse },
    `${parts.command} (host ${hostname()}, pid ${process.pid})`,
    parts.signal,
  );
  try {
    return await run(sync, AbortSignal.any([parts.signal, lease.lost]));
  } finally {
    await lease.release();
  }
}

async function run(sync: Sync, signal: AbortSignal): Promise<SyncReport> {
  const { parts, request, selection, source, warehouse, account } = sync;
  const before = await warehouse.checkpoints();
  const begun = newRun(sync);
  await warehouse.useKey({ portalId: account.portalId, fingerprint: begun.keyFingerprint });
  await warehouse.startRun(begun);
  const done = await runPipelines(selection.pipelines, {
    source,
    warehouse,
    clock: parts.clock,
    log: parts.log.child({ run: begun.id }),
    signal,
    runId: begun.id,
    settings: { ...parts.settings.sync, fullRefresh: request.fullRefresh ?? false, acceptDeletions: false },
    objects: selection.objects,
    onProgress: request.onProgress ?? (() => undefined),
  });
  const ended = { ...begun, finishedAt: parts.clock.now(), outcome: outcomeOf(done) };
  await finish(sync, ended);
  const isMissed = ({ outcome, pipeline }: PipelineRun): boolean =>
    (outcome === 'skipped' && (selection.isNamed(pipeline) || before.has(pipeline))) ||
    (outcome === 'partial' && selection.isNamed(pipeline));
  return {
    run: ended,
    account,
    pipelines: done,
    usage: source.usage(),
    warehouse: warehouse.label,
    missed: done.filter(isMissed).map(({ pipeline }) => pipeline),
  };
}

function newRun({ parts, account }: Sync): Run {
  return {
    id: randomUUIDv7(),
    command: parts.command,
    version: packageJson.version,
    portalId: account.portalId,
    keyFingerprint: fingerprint(requireKey(parts.settings).reveal()),
    startedAt: parts.clock.now(),
    outcome: 'running',
  };
}

function outcomeOf(runs: readonly PipelineRun[]): RunOutcome {
  const outcomes = new Set(runs.map((each) => each.outcome));
  if (outcomes.has('failed')) return 'failed';
  if (outcomes.has('interrupted')) return 'interrupted';
  return outcomes.has('skipped') || outcomes.has('partial') ? 'incomplete' : 'complete';
}

/** A run whose end cannot be written is closed by the next one; what became of it is still told. */
async function finish({ warehouse, source, parts }: Sync, ended: Run): Promise<void> {
  try {
    await warehouse.finishRun(ended, source.usage());
  } catch (error) {
    parts.log.error({ reason: asKeywayError(error).message }, 'the end of this run could not be saved');
  }
}
