import type { Settings } from '../../config/index.ts';
import type { Clock, Log } from '../service.ts';
import { systemClock } from '../service.ts';
import type { Account } from '../source.ts';
import { check, type CheckReport } from './check.ts';
import { checkHubspot, type HubspotCheck } from './check-hubspot.ts';
import { checkWarehouse } from './check-warehouse.ts';
import { compareKeys, type KeyComparison, type KeyComparisonRequest } from './compare-keys.ts';
import { atBackfillShare, backfill, type BackfillAsked, type BackfillReport } from './backfill.ts';
import { reconcile, type ReconcileReport, type ReconcileRequest } from './reconcile.ts';
import { discover, type DiscoverReport } from './discover.ts';
import { dryRun, type DryRunReport, type DryRunRequest } from './dry-run.ts';
import { health, type HealthReport } from './health.ts';
import { keyStatus, type KeyStatusReport } from './key-status.ts';
import { migrate } from './migrate.ts';
import { verifyKeys, type KeyVerification } from './verify-keys.ts';
import { reset, type ResetReport, type ResetRequest } from './reset.ts';
import { runs, type RunsReport, type RunsRequest } from './runs.ts';
import { status, type StatusReport } from './status.ts';
import { notices, tryWebhook, type NoticesReport } from './notices.ts';
import { notifyingSync } from './notifying-sync.ts';
import type { WorkerRequest } from './run-worker.ts';
import { watchedWorker } from './watched-worker.ts';
import type { SyncReport, SyncRequest } from './sync-once.ts';

/** The program as a value: what the commands do, without a terminal. Every method throws KeywayError. */
export interface App {
  /** Runs the named pipelines once, or all that the settings, or else the key's scopes, allow. */
  sync(request: SyncRequest): Promise<SyncReport>;
  /** Syncs by the settings' schedules until it is told to stop. */
  work(request: WorkerRequest): Promise<void>;
  /** Asks the worker of this machine whether it lives. */
  health(): Promise<HealthReport>;
  /** Reads records again: all of the named objects, or those of a span or of these ids. */
  backfill(request: BackfillAsked): Promise<BackfillReport>;
  /** Looks ahead: what such a sync, or backfill, would do, and about what it would take. Writes nothing. */
  dryRun(request: DryRunRequest): Promise<DryRunReport>;
  /** Compares HubSpot with the warehouse, and mends what differs unless only a check is asked for. */
  reconcile(request: ReconcileRequest): Promise<ReconcileReport>;
  /** Looks at key, account, scopes, warehouse and schema; changes nothing. */
  check(): Promise<CheckReport>;
  /** Its first half: key, account, scopes. */
  checkHubspot(): Promise<Omit<HubspotCheck, 'tables'>>;
  /** Its second half: whether the warehouse can take this account. */
  checkWarehouse(account: Account): Promise<Pick<CheckReport, 'warehouse' | 'error'>>;
  /** The objects of the account, and the tables that they become. Writes nothing. */
  discover(objects: readonly string[]): Promise<DiscoverReport>;
  /** Which keys there are and were; asks HubSpot nothing. */
  keyStatus(): Promise<KeyStatusReport>;
  /** Whether the keys that were not used yet are fit to take over; writes nothing. */
  verifyKeys(): Promise<readonly KeyVerification[]>;
  /** Compares what the token of a legacy private app and the Service Key read; writes nothing. */
  compareKeys(request: KeyComparisonRequest): Promise<KeyComparison>;
  status(): Promise<StatusReport>;
  /** The latest runs, or one of them with its pipelines. */
  runs(request: RunsRequest): Promise<RunsReport>;
  /** Forgets how far a pipeline is, and drops its tables where that is asked for. */
  reset(request: ResetRequest): Promise<ResetReport>;
  /** What people were told of by the webhook, and is not over. */
  notices(): Promise<NoticesReport>;
  /** Sends a message to try the webhook. */
  tryWebhook(): Promise<void>;
  /** Creates or updates Keyway's own tables. Resolves with the warehouse's label. */
  migrate(): Promise<string>;
}

export interface AppOptions {
  readonly log: Log;
  /** Aborts whatever is under way; what is committed stays. */
  readonly signal: AbortSignal;
  /** Who holds the lease and made the run, for people: the command line without secrets. */
  readonly command: string;
  readonly clock?: Clock;
}

/** What each of the app's methods is handed. */
export interface AppParts extends Required<AppOptions> {
  readonly settings: Settings;
}

/** Wires settings to running parts; each method opens what it needs and closes it again. */
export function openApp(settings: Settings, options: AppOptions): App {
  const parts: AppParts = { clock: systemClock, ...options, settings };
  return {
    sync: (request) => notifyingSync(parts, request),
    work: (request) => watchedWorker(parts, request),
    health: () => health(parts),
    backfill: (request) => backfill(atBackfillShare(parts), request),
    dryRun: (request) => dryRun(parts, request),
    reconcile: (request) => reconcile(parts, request),
    check: () => check(parts),
    discover: (objects) => discover(parts, objects),
    checkHubspot: () => checkHubspot(parts),
    checkWarehouse: (account) => checkWarehouse(parts, { tables: [], account }),
    keyStatus: () => keyStatus(parts),
    verifyKeys: () => verifyKeys(parts),
    compareKeys: (request) => compareKeys(parts, request),
    status: () => status(parts),
    runs: (request) => runs(parts, request),
    reset: (request) => reset(parts, request),
    notices: () => notices(parts),
    tryWebhook: () => tryWebhook(parts),
    migrate: () => migrate(parts),
  };
}
