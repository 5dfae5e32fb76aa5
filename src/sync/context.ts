import type { PlanBounds } from '../plan.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { Privacy } from '../privacy.ts';
import type { Counts, Progress } from '../run.ts';
import type { Clock, Log } from '../service.ts';
import type { Source } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import type { Misfit } from './misfits.ts';

/** What every pipeline of a run is handed. */
export interface SyncContext {
  readonly source: Source;
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly settings: SyncSettings;
  /** The objects that this installation syncs, whatever this run was asked for. */
  readonly objects: readonly ObjectPipeline[];
  /** Objects that this run could not read. */
  readonly skipped: ReadonlySet<string>;
  /** Runs such work one at a time: schema changes of pipelines that share a table must not cross. */
  readonly alone: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** What was learned of objects whose tables are still to be made, by object: in one run it is one answer for all. */
  readonly samples: Map<string, Promise<Sample>>;
  /** Adds to what this pipeline has done in this run; kept whatever becomes of it. */
  readonly count: (done: Partial<Counts>) => void;
  /** Counts values that went to `_extra`. */
  readonly misfit: (misfits: readonly Misfit[]) => void;
  readonly onProgress: (event: Progress) => void;
}

/** In how many records of a sample each property has a value. */
export type Sample = ReadonlyMap<string, number>;

export interface SyncSettings extends Omit<PlanBounds, 'startedAt' | 'listed'> {
  /** A table of so many living rows at most is compared with HubSpot's list in each run; changes of longer ones are searched for. */
  readonly listUpTo: number;
  /** Milliseconds after which the count of an object of many records is compared again; of few, in each run. */
  readonly reconcileEvery: number;
  /** Milliseconds in which all links are read again, a stretch per run. */
  readonly linksEvery: number;
  /** Calls that a run may take for such stretches at most. */
  readonly linkCalls: number;
  /** What may be read of records, and how it is kept. */
  readonly privacy: Privacy;
  /** Milliseconds after which the members of a list are read again, whatever HubSpot says of it. */
  readonly listsEvery: number;
  /** Calls that a run may take for members of lists at most. */
  readonly listCalls: number;
  /** Pipelines at the same time. */
  readonly concurrency: number;
  /** Starts the pipelines over: everything is read again. */
  readonly fullRefresh: boolean;
  /** Believes HubSpot even if a large part of the records, or of the links, is gone at once. */
  readonly acceptDeletions: boolean;
}
