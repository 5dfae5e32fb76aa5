import { randomUUIDv7 } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type { WarehouseUsage } from '../cost.ts';
import { asKeywayError } from '../errors.ts';
import { keysIn, type Hubspot } from '../hubspot/index.ts';
import type { PipelineRun, Run, RunOutcome } from '../run.ts';
import type { ApiCalls } from '../cost.ts';
import type { Account } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import { acceptKey } from './accept-key.ts';
import type { AppParts } from './app.ts';
import { keySlots } from './key-slots.ts';
import { lookAround } from './look-around.ts';
import { knownKeys } from './known-keys.ts';
import { noteKey, type NotedKeys } from './note-key.ts';
import { openSource } from './open-source.ts';
import { openWarehouse } from './open-warehouse.ts';
import { takeLease } from './take-lease.ts';

/** What a run works with. */
export interface RunParts {
  readonly source: Hubspot;
  readonly warehouse: Warehouse;
  readonly account: Account;
  readonly runId: string;
  /** Also ends the work when the lease is lost. */
  readonly signal: AbortSignal;
}

export interface RunReport {
  readonly run: Run;
  readonly account: Account;
  readonly pipelines: readonly PipelineRun[];
  readonly usage: readonly ApiCalls[];
  /** Where the rows are, for people. */
  readonly warehouse: string;
  /** Of a warehouse that bills for work: the work of this run. */
  readonly billed?: WarehouseUsage;
}

type Work = (parts: RunParts) => Promise<readonly PipelineRun[]>;

/** Makes a run of the work: with all that it takes opened for it, or with what is open already. */
export type Runner = typeof inRun;

/**
 * One run, from the key to the run's record. The account is compared before anything is written: `key_refused` and
 * `account_mismatch` leave no trace. A single key is tried before the warehouse is touched at all.
 */
export async function inRun(parts: AppParts, requested: readonly string[], work: Work): Promise<RunReport> {
  await using open = new AsyncDisposableStack();
  const opened = async (): Promise<Warehouse> => {
    const warehouse = await openWarehouse(parts);
    open.defer(() => warehouse.close());
    return warehouse;
  };
  const slots = keySlots(parts.settings);
  // Of two keys, it knows which one was replaced.
  const early = keysIn(slots).length > 1 ? await opened() : undefined;
  let standing = early && (await knownKeys(early));
  const source = openSource(parts, (key) => standing?.(key) ?? 'new');
  open.defer(() => source.close());
  if (early === undefined) await source.account(parts.signal);
  const warehouse = early ?? (await opened());
  if (slots.some(({ changes }) => changes)) standing ??= await knownKeys(warehouse);
  const account = await acceptKey(parts, { source, warehouse }, requested);
  await warehouse.migrate();
  const report = await underLease({ parts, source, warehouse, account }, work);
  const billed = warehouse.usage?.();
  return { ...report, ...(billed && { billed }) };
}

/** Both ends, held open by somebody who has the lease. */
export type OpenEnds = Pick<RunParts, 'source' | 'warehouse'>;

/** A run of what the settings want, with what is open for longer than that. `parts.signal` also has to abort when the lease is lost. */
export async function inOpenRun(parts: AppParts, ends: OpenEnds, work: Work): Promise<RunReport> {
  const { source, warehouse } = ends;
  source.begin();
  const account = await acceptKey(parts, ends, []);
  return recorded({ parts, source, warehouse, account }, work, parts.signal);
}

interface Opened extends Pick<RunParts, 'source' | 'warehouse' | 'account'> {
  readonly parts: AppParts;
}

async function underLease(opened: Opened, work: Work): Promise<RunReport> {
  const { parts, warehouse } = opened;
  const lease = await takeLease(parts, warehouse);
  try {
    return await recorded(opened, work, AbortSignal.any([parts.signal, lease.lost]));
  } finally {
    await lease.release();
  }
}

async function recorded(opened: Opened, work: Work, signal: AbortSignal): Promise<RunReport> {
  const { parts, source, warehouse, account } = opened;
  await lookAround(source, signal);
  const keys = await noteKey(opened);
  const begun = newRun(opened, keys.inUse());
  await warehouse.startRun(begun);
  const end = async (end: Pick<Run, 'outcome' | 'error'>): Promise<Run> => {
    const run = { ...begun, ...end, finishedAt: parts.clock.now(), keyFingerprint: keys.inUse() };
    await finish(opened, run, keys);
    return run;
  };
  try {
    const pipelines = await work({ source, warehouse, account, runId: begun.id, signal });
    const run = await end({ outcome: outcomeOf(pipelines) });
    return { run, account, pipelines, usage: source.usage(), warehouse: warehouse.label };
  } catch (thrown) {
    await end({ outcome: signal.aborted ? 'interrupted' : 'failed', error: asKeywayError(thrown).message });
    throw thrown;
  }
}

function newRun({ parts, account }: Opened, keyFingerprint: string): Run {
  return {
    id: randomUUIDv7(),
    command: parts.command,
    version: packageJson.version,
    portalId: account.portalId,
    keyFingerprint,
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
async function finish({ warehouse, parts }: Opened, ended: Run, keys: NotedKeys): Promise<void> {
  try {
    await warehouse.finishRun(ended, keys.calls());
    await keys.noteAgain();
  } catch (error) {
    parts.log.error({ reason: asKeywayError(error).message }, 'the end of this run could not be saved');
  }
}
