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
  /** For `skipped` and `failed`. */
  readonly code?: ErrorCode;
  /** For people: what is missing or went wrong, and what to do. */
  readonly reason?: string;
  readonly counts: Counts;
  /** The instant up to which the pipeline's tables are complete, on HubSpot's clock. */
  readonly completeUpTo?: Instant;
}

/** `partial`: complete but for parts that the key may not read, named in `reason`. */
export type PipelineOutcome = 'running' | 'complete' | 'partial' | 'skipped' | 'failed' | 'interrupted';

export interface Counts {
  /** Records, items or links that the source gave. */
  readonly read: number;
  readonly inserted: number;
  readonly updated: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Values that did not fit their column and went to `_extra`. */
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

export type Phase = 'full load' | 'changes' | 'archived' | 'associations' | 'dictionary';
