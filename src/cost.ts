import type { Row, Table } from './table.ts';

/** Calls to HubSpot, by the limits under which it counts them. */
export interface Calls {
  readonly burst: number;
  readonly search: number;
  readonly associations: number;
}

/** How fast HubSpot may be asked, as far as its answers have told by now. */
export interface Pace {
  readonly perSecond: Calls;
  /** But for calls to associations; absent where HubSpot does not say. */
  readonly day?: DayOfCalls;
}

/** The calls that an account has a day, for all its apps together. */
export interface DayOfCalls {
  readonly limit: number;
  readonly left: number;
}

export interface ApiCalls {
  /** Method and route template, such as `GET /crm/objects/{object}`. */
  readonly endpoint: string;
  readonly status: number;
  readonly calls: number;
}

/** Calls that were made with one key. */
export interface CallsOfKey extends ApiCalls {
  /** Milliseconds since the epoch, local clock. */
  readonly firstAt: number;
  readonly lastAt: number;
  /** What HubSpot last told with such an answer of the calls that the account has a day. */
  readonly day?: DayOfCalls;
}

export const noCalls: Calls = { burst: 0, search: 0, associations: 0 };

export function addCalls(...all: readonly Calls[]): Calls {
  const sum = (of: keyof Calls): number => all.reduce((total, calls) => total + calls[of], 0);
  return { burst: sum('burst'), search: sum('search'), associations: sum('associations') };
}

export function totalCalls({ burst, search, associations }: Calls): number {
  return burst + search + associations;
}

/** Milliseconds that calls take where HubSpot's limits are all that holds them up: each limit has a queue of its own. */
export function timeOf({ burst, search, associations }: Calls, { perSecond }: Pace): number {
  const queues = [burst / perSecond.burst, search / perSecond.search, associations / perSecond.associations];
  return 1000 * Math.max(...queues);
}

/** What a run would write, as far as that can be told before. */
export interface PlannedRun {
  readonly pipelines: number;
  /** Checkpoints that there are none of yet. */
  readonly newCheckpoints: number;
  readonly batches: readonly PlannedBatches[];
  /** What it would ask of the warehouse. */
  readonly questions: readonly PlannedQuestions[];
}

export interface PlannedQuestions {
  /** Absent: of Keyway's own tables. */
  readonly table?: string;
  readonly times: number;
}

/** Batches of one pipeline that are alike. */
export interface PlannedBatches {
  readonly times: number;
  /** Nothing where only the checkpoint is written. */
  readonly writes: readonly PlannedWrite[];
}

export interface PlannedWrite {
  /** `replace`: what is not among the rows is looked for, too. */
  readonly kind: 'upsert' | 'replace';
  readonly table: Table;
  /** In all of the batches. */
  readonly rows: number;
  /** Some of the rows, where the table has none to judge them by. */
  readonly sample: readonly Row[];
}

/** What a warehouse that bills for work has done, or would do. */
export interface WarehouseUsage {
  readonly jobs: number;
  readonly bytesBilled: number;
}
