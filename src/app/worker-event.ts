import type { Settings } from '../../config/index.ts';
import type { BackfillCheckpoint } from '../checkpoint.ts';
import type { ErrorCode } from '../errors.ts';
import type { Hubspot } from '../hubspot/index.ts';
import type { Progress } from '../run.ts';
import type { Instant } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import type { RunReport } from './in-run.ts';

/** What a worker tells whoever looks on. */
export type WorkerEvent =
  | AtWork
  /** Another worker, or a run by hand, holds the lease. */
  | { readonly kind: 'standing by' }
  /** The lease is lost or given back, and what was open is closed once these have settled. */
  | { readonly kind: 'left'; waitFor(last: Promise<unknown>): void }
  /** Nothing is due until `next`, or ever. */
  | { readonly kind: 'idle'; readonly next: Instant | undefined }
  | { readonly kind: 'begun'; readonly runId: string }
  | { readonly kind: 'progress'; readonly runId: string; readonly progress: Progress }
  | { readonly kind: 'ended'; readonly report: RunReport }
  /** No run came about. */
  | ({ readonly kind: 'failed' } & Trouble)
  | Backfilled
  /** Nothing can be read until then, at the latest. */
  | ({ readonly kind: 'paused'; readonly until: Instant } & Trouble)
  /** The worker could not go on, and tries again then. */
  | ({ readonly kind: 'trouble'; readonly until: Instant } & Trouble)
  /** The settings were read again, and hold from now on. */
  | { readonly kind: 'renewed'; readonly settings: Settings };

interface AtWork {
  /** The lease is held. */
  readonly kind: 'at work';
  /** Both are open until `left`. */
  readonly source: Hubspot;
  readonly warehouse: Warehouse;
  /** When a pipeline is due: `-Infinity` where it never ran; nothing where it is not known, or never due. */
  readonly nextRun: (pipeline: string) => Instant | undefined;
}

interface Backfilled {
  /** A step of a backfill beside the schedules is in. */
  readonly kind: 'backfill';
  readonly pipeline: string;
  readonly state: BackfillCheckpoint;
  /** When it is through at its pace so far, about. */
  readonly endsAt?: Instant;
}

/** What went wrong, for machines and for people. */
export interface Trouble {
  readonly code: ErrorCode;
  readonly reason: string;
}

/** Whoever looks on. Must neither throw nor wait: the worker goes on when it returns. */
export type OnWorkerEvent = (event: WorkerEvent) => void;
