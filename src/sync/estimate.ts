import { addCalls, noCalls, type Calls, type PlannedBatches, type PlannedQuestions } from '../cost.ts';
import type { Phase } from '../run.ts';
import type { Instant } from '../source.ts';

/** What a run would do for one pipeline, and about what it would take. */
export interface Estimate {
  readonly pipeline: string;
  readonly steps: readonly EstimatedStep[];
  readonly calls: Calls;
  /** Why nothing can be said of it: then it would be skipped, or fail. */
  readonly reason?: string;
}

export interface EstimatedStep {
  readonly phase: Phase;
  /** Records, items or links that would be read. */
  readonly records: number;
  /** There may be more than could be counted cheaply. */
  readonly isAtLeast?: true;
  /** Of changes: since when. */
  readonly since?: Instant;
}

/** With what the warehouse is asked about. */
export interface Outline extends Estimate {
  readonly newCheckpoints: number;
  readonly batches: readonly PlannedBatches[];
  readonly questions: readonly PlannedQuestions[];
}

/** What is expected of an object's table once the run has been over it: links and history follow its rows. */
export interface Outlook {
  readonly rows: number;
  /** Of these, rows that this run writes. */
  readonly written: number;
  /** Of these, rows that are new. */
  readonly created: number;
  /** Of the written ones, those of records in the recycle bin, as far as it is known. */
  readonly archived: number;
}

/** One part of the work. */
export interface EstimatedPart {
  readonly step?: EstimatedStep;
  readonly calls?: Calls;
  readonly batches?: PlannedBatches;
  readonly questions?: PlannedQuestions;
  readonly newCheckpoints?: number;
}

export function outlineOf(pipeline: string, parts: readonly EstimatedPart[]): Outline {
  return {
    pipeline,
    steps: parts.flatMap(({ step }) => step ?? []),
    calls: addCalls(...parts.map(({ calls }) => calls ?? noCalls)),
    newCheckpoints: parts.reduce((sum, part) => sum + (part.newCheckpoints ?? 0), 0),
    batches: parts.flatMap(({ batches }) => batches ?? []),
    questions: parts.flatMap(({ questions }) => questions ?? []),
  };
}

export function burst(calls: number): Calls {
  return { ...noCalls, burst: calls };
}

/** Steps of one kind, as one: of pairs, of objects. */
export function summed(steps: readonly EstimatedStep[]): readonly EstimatedStep[] {
  return [...Map.groupBy(steps, ({ phase }) => phase)].map(([phase, alike]) => ({
    phase,
    records: alike.reduce((total, { records }) => total + records, 0),
    ...(alike.some(({ isAtLeast }) => isAtLeast) && { isAtLeast: true }),
  }));
}
