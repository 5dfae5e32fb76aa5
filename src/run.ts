import type { ErrorCode } from './errors.ts';
import type { Instant } from './source.ts';

/** One execution of a command that syncs. */
export interface Run {
  /** UUIDv7: sorts by start. */
  readonly id: string;
  readonly command: string;
  readonly version: string;
  readonly portalId: string;
  /** Fingerprint of the key, never the key. */
  readonly keyFingerprint: string;
  /** Milliseconds since the epoch, local clock. */
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly outcome: RunOutcome;
  readonly error?: string;
}

export type RunOutcome = 'running' | 'complete' | 'incomplete' | 'failed' | 'interrupted' | 'crashed';

/** What one pipeline did within a run. */
export interface PipelineRun {
  readonly runId: string;
  readonly pipeline: string;
  /** Milliseconds since the epoch, local clock. */
  readonly startedAt: number;
  readonly finishedAt?: number;
  readonly outcome: PipelineOutcome;
  /** For `skipped` and `failed`, and for `partial` where that is an error. */
  readonly code?: ErrorCode;
  /** For people: what is missing or went wrong, and what to do. */
  readonly reason?: string;
  readonly counts: Counts;
  /** How many of the misfits each property had: the properties with most. */
  readonly misfitsByProperty?: Readonly<Record<string, number>>;
  /** The instant up to which the pipeline's tables are complete, on HubSpot's clock. */
  readonly completeUpTo?: Instant;
}

/** `partial`: complete but for what `reason` names: parts that the key may not read, records that HubSpot could not give. */
export type PipelineOutcome = 'running' | 'complete' | 'partial' | 'skipped' | 'failed' | 'interrupted';

export interface Counts {
  /** Records, items or links that the source gave. */
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Values that did not fit their column and went to `_extra`; each once. */
  readonly misfits: number;
}

export const noCounts: Counts = { read: 0, inserted: 0, updated: 0, removed: 0, unchanged: 0, misfits: 0 };

/** What a running sync tells whoever watches: a bar on a terminal, a line in a log. */
export type Progress =
  | { readonly kind: 'started'; readonly pipeline: string }
  | {
      readonly kind: 'moved';
      readonly pipeline: string;
      readonly phase: Phase;
      /** Records, items or links read so far in this phase. */
      readonly read: number;
      /** How many there will be in this phase, where HubSpot tells. */
      readonly expected?: number;
    }
  | { readonly kind: 'finished'; readonly run: PipelineRun };

export type Phase =
  | 'full load'
  | 'changes'
  | 'archived'
  | 'new columns'
  | 'sweep'
  | 'reconcile'
  | 'backfill'
  | 'associations'
  | 'history'
  | 'dictionary';

/** One comparison of HubSpot with the warehouse, and what came of it. */
export interface Reconciliation {
  readonly runId: string;
  readonly pipeline: string;
  /** `counts`: ids were compared only where counts differ · `ids`: every id and version. */
  readonly depth: 'counts' | 'ids';
  /** Living records in HubSpot, and living rows in the warehouse, before any repair. */
  readonly inHubspot: number;
  readonly inWarehouse: number;
  /** Records without a living row. */
  readonly missing: number;
  /** Rows older than their record. */
  readonly stale: number;
  /** Living rows whose record is in the recycle bin. */
  readonly archived: number;
  /** Living rows whose record is no longer in HubSpot: deleted for good, or merged away. */
  readonly deleted: number;
  /** Rows that were mended. */
  readonly repaired: number;
  /** Months of creation in which counts differed, such as `2026-01`. */
  readonly months: readonly string[];
  /** Calls to HubSpot that it took. */
  readonly calls: number;
  readonly verdict: ReconcileVerdict;
}

/** `different`: found and not repaired, since only a check was asked for. */
export type ReconcileVerdict = 'equal' | 'repaired' | 'different';
