import type { Instant, Page, Position, Scan } from './source.ts';

/**
 * How far a pipeline is. It rides in the batch: the warehouse writes it together with the rows, and nothing else ever
 * writes progress.
 */
export type Checkpoint =
  /** A first or repeated full load. `startedAt` was taken before the first page. */
  | { readonly kind: 'loading'; readonly startedAt: Instant; readonly position?: Position }
  /** All changes before `watermark` are in. */
  | {
      readonly kind: 'live';
      readonly watermark: Instant;
      readonly window?: Window;
      readonly archived?: ArchivedSweep;
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

interface ArchivedSweep {
  readonly startedAt: Instant;
  readonly position?: Position;
  readonly finished: boolean;
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
  /** The checkpoint with which the scan begins: what a batch without a finished page of this scan carries. */
  readonly checkpoint: Checkpoint;
}

/** The next scan of this run, or nothing when the pipeline is complete up to `startedAt - lag`. Pure. */
export function plan(checkpoint: Checkpoint | undefined, bounds: PlanBounds): Step | undefined {
  if (checkpoint === undefined || checkpoint.kind === 'snapshot') {
    return fullLoad({ kind: 'loading', startedAt: bounds.startedAt });
  }
  if (checkpoint.kind === 'loading') return fullLoad(checkpoint);
  if (checkpoint.window !== undefined) return changes(checkpoint, checkpoint.window);
  if (checkpoint.watermark < bounds.startedAt - bounds.lag)
    return changes(checkpoint, nextWindow(checkpoint, bounds));
  return archivedSweep(checkpoint, bounds);
}

/** The checkpoint once `page`, the next one of the scan, is committed. Never moves a watermark back. Pure. */
export function advance(checkpoint: Checkpoint, page: Pick<Page, 'position' | 'last'>): Checkpoint {
  if (checkpoint.kind === 'snapshot') return checkpoint;
  if (checkpoint.kind === 'loading') {
    return page.last
      ? { kind: 'live', watermark: checkpoint.startedAt }
      : { ...checkpoint, position: page.position };
  }
  const { window, archived, ...live } = checkpoint;
  if (window !== undefined) {
    const kept = archived === undefined ? live : { ...live, archived };
    return page.last
      ? { ...kept, watermark: Math.max(live.watermark, window.watermark) }
      : { ...kept, window: { ...window, position: page.position } };
  }
  if (archived === undefined) return live;
  return {
    ...live,
    archived: page.last
      ? { startedAt: archived.startedAt, finished: true }
      : { ...archived, position: page.position },
  };
}

/** The instant up to which the pipeline's table is complete, once it is. */
export function completeUpTo(checkpoint: Checkpoint | undefined): Instant | undefined {
  if (checkpoint?.kind === 'live') return checkpoint.watermark;
  return checkpoint?.kind === 'snapshot' ? checkpoint.takenAt : undefined;
}

type Live = Extract<Checkpoint, { kind: 'live' }>;

function fullLoad(checkpoint: Extract<Checkpoint, { kind: 'loading' }>): Step {
  return { scan: { kind: 'all', ...at(checkpoint.position) }, checkpoint };
}

function changes(checkpoint: Live, window: Window): Step {
  const { from, until, position } = window;
  return { scan: { kind: 'changes', from, until, ...at(position) }, checkpoint: { ...checkpoint, window } };
}

/** Closed: `until` stands still while the window is read, so a record edited meanwhile belongs to the next one. */
function nextWindow(checkpoint: Live, bounds: PlanBounds): Window {
  return {
    from: checkpoint.watermark - bounds.overlap,
    until: bounds.startedAt,
    watermark: bounds.startedAt - bounds.lag,
  };
}

function archivedSweep(checkpoint: Live, bounds: PlanBounds): Step | undefined {
  const last = checkpoint.archived;
  if (last?.finished === true && bounds.startedAt - last.startedAt < Math.max(bounds.archivedEvery, 1))
    return undefined;
  // A sweep that an earlier run left unfinished starts over: this run promises the recycle bin as it is now.
  const resumed = last?.finished === false && last.startedAt >= bounds.startedAt ? last : undefined;
  const archived = resumed ?? { startedAt: bounds.startedAt, finished: false };
  return {
    scan: { kind: 'archived', ...at(archived.position) },
    checkpoint: { ...checkpoint, archived },
  };
}

function at(position: Position | undefined): { position?: Position } {
  return position === undefined ? {} : { position };
}
