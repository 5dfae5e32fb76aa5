import type { ErrorCode } from '../errors.ts';
import type { Phase, PipelineOutcome } from '../run.ts';
import type { Instant } from '../source.ts';

/** What the worker does at the moment, as `/events` tells it. */
export interface WorkerState {
  /**
   * `standing by`: another one is at work · `waiting`: nothing is due · `paused`: nothing can be read for now ·
   * `in trouble`: it could not go on, and tries again.
   */
  readonly state: 'starting' | 'standing by' | 'waiting' | 'syncing' | 'paused' | 'in trouble';
  readonly since: Instant;
  /** Of a pause or of trouble; of one that waits, why its last run did not come about. */
  readonly code?: ErrorCode;
  /** For people. */
  readonly reason?: string;
  /** When it goes on, at the latest. */
  readonly until?: Instant;
  /** When the next run is due. */
  readonly next?: Instant;
  /** The run that is under way. */
  readonly run?: LiveRun;
  /** Those that go on beside the schedules. */
  readonly backfills?: readonly LiveBackfill[];
  /** The last run that this worker ended; another one means that there is something new to see. */
  readonly lastRun?: string;
}

interface LiveRun {
  readonly id: string;
  readonly startedAt: Instant;
  /** In the order in which they began. */
  readonly pipelines: readonly LivePipeline[];
}

interface LiveBackfill {
  readonly pipeline: string;
  readonly read: number;
  readonly expected: number;
  /** When it is through at its pace so far, about. */
  readonly endsAt?: Instant;
}

export interface LivePipeline {
  readonly pipeline: string;
  readonly outcome: PipelineOutcome;
  readonly phase?: Phase;
  /** Records, items or links read so far in this phase. */
  readonly read: number;
  /** How many there will be in this phase, where HubSpot tells. */
  readonly expected?: number;
}
