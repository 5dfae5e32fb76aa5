import type { Instant, Page, Position, Scan } from './source.ts';

/**
 * How far a pipeline is. It rides in the batch: the warehouse writes it together with the rows, and nothing else ever
 * writes progress.
 */
export type Checkpoint =
  /** A first or repeated full load. `startedAt` was taken before the first page. */
  | { readonly kind: 'loading'; readonly startedAt: Instant; readonly position?: Position }
  /** All changes before `watermark` are in. `archivedReadAt`: when the last whole reading of the recycle bin began. */
  | {
      readonly kind: 'live';
      readonly watermark: Instant;
      readonly window?: Window;
      readonly archivedReadAt?: Instant;
    }
  /** Replaced as a whole at each run. */
  | { readonly kind: 'snapshot'; readonly takenAt: Instant };

/** A window of changes that is being read. */
interface Window {
  readonly from: Instant;
  readonly until: Instant;
  /** What the watermark becomes when the window is in. */
  readonly watermark: Instant;
  readonly position?: Position;
}

export interface PlanBounds {
  /** HubSpot's clock when this run began with this pipeline. */
  readonly startedAt: Instant;
  /**
   * Milliseconds that the search index may be behind. Changes are read up to `startedAt`, but the watermark rises only
   * to `startedAt - lag`: what the index did not show yet is read again next time.
   */
  readonly lag: number;
  /** Milliseconds by which a window reaches back before the watermark. */
  readonly overlap: number;
  /** Milliseconds after which the recycle bin is read again; 0 reads it in every run. */
  readonly archivedEvery: number;
}

export interface Step {
  readonly scan: Scan;
  /** The checkpoint while the scan is on. */
  readonly checkpoint: Checkpoint;
  /** The checkpoint once its last page is in. */
  readonly done: Checkpoint;
}

/** HubSpot's clock is read from `Date` headers, which count whole seconds: now is up to one later than they say. */
const clockStep = 1000;

/** The next scan of this run, or nothing when the pipeline is complete up to `startedAt - lag`. Pure. */
export function plan(checkpoint: Checkpoint | undefined, bounds: PlanBounds): Step | undefined {
  if (checkpoint === undefined || checkpoint.kind === 'snapshot') {
    return fullLoad({ kind: 'loading', startedAt: bounds.startedAt });
  }
  if (checkpoint.kind === 'loading') return fullLoad(checkpoint);
  if (checkpoint.window !== undefined) return changes(checkpoint, checkpoint.window);
  if (checkpoint.watermark < bounds.startedAt - bounds.lag)
    return changes(checkpoint, nextWindow(checkpoint, bounds));
  return archived(checkpoint, bounds);
}

/** The checkpoint once `page`, the next one of the step's scan, is committed. Pure. */
export function advance(step: Step, page: Pick<Page, 'position' | 'last'>): Checkpoint {
  if (page.last) return step.done;
  const { checkpoint } = step;
  if (checkpoint.kind === 'loading') return { ...checkpoint, position: page.position };
  if (checkpoint.kind === 'live' && checkpoint.window !== undefined) {
    return { ...checkpoint, window: { ...checkpoint.window, position: page.position } };
  }
  return checkpoint;
}

/** The instant up to which the pipeline's table is complete, once it is. */
export function completeUpTo(checkpoint: Checkpoint | undefined): Instant | undefined {
  if (checkpoint?.kind === 'live') return checkpoint.watermark;
  return checkpoint?.kind === 'snapshot' ? checkpoint.takenAt : undefined;
}

type Live = Extract<Checkpoint, { kind: 'live' }>;

function fullLoad(checkpoint: Extract<Checkpoint, { kind: 'loading' }>): Step {
  return {
    scan: { kind: 'all', ...at(checkpoint.position) },
    checkpoint,
    done: { kind: 'live', watermark: checkpoint.startedAt },
  };
}

/** A watermark never falls, whatever the window was. */
function changes(checkpoint: Live, window: Window): Step {
  const { window: _window, ...live } = checkpoint;
  const { from, until, position } = window;
  return {
    scan: { kind: 'changes', from, until, ...at(position) },
    checkpoint: { ...live, window },
    done: { ...live, watermark: Math.max(live.watermark, window.watermark) },
  };
}

/** Closed: `until` stands still while the window is read, so a record edited meanwhile belongs to the next one. */
function nextWindow(checkpoint: Live, bounds: PlanBounds): Window {
  return {
    from: checkpoint.watermark - bounds.overlap,
    until: bounds.startedAt + clockStep,
    watermark: bounds.startedAt - bounds.lag,
  };
}

/** Not resumed: a bin read halfway says nothing of the half that has changed since. */
function archived(checkpoint: Live, bounds: PlanBounds): Step | undefined {
  const age = bounds.startedAt - (checkpoint.archivedReadAt ?? Number.NEGATIVE_INFINITY);
  if (age < Math.max(bounds.archivedEvery, 1)) return undefined;
  return {
    scan: { kind: 'archived' },
    checkpoint,
    done: { ...checkpoint, archivedReadAt: bounds.startedAt },
  };
}

function at(position: Position | undefined): { position?: Position } {
  return position === undefined ? {} : { position };
}
