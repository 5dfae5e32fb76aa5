import type { Instant, Page, Position, Scan } from './source.ts';

/**
 * How far a pipeline is. It rides in the batch: the warehouse writes it together with the rows, and nothing else ever
 * writes progress.
 */
export type Checkpoint =
  /** A first or repeated full load. `startedAt` was taken before the first page. */
  | {
      readonly kind: 'loading';
      readonly startedAt: Instant;
      readonly bin?: BinReading;
      readonly position?: Position;
    }
  /** All changes before `watermark` are in. */
  | {
      readonly kind: 'live';
      readonly watermark: Instant;
      readonly bin?: BinReading;
      readonly window?: Window;
    }
  /** Replaced as a whole at each run. */
  | { readonly kind: 'snapshot'; readonly takenAt: Instant };

/**
 * When the run began that last read the whole recycle bin, and on which side of its other scan. A record can be moved
 * into the bin before a scan comes to it, and back before the bin is read: so the bin is read on both sides.
 */
interface BinReading {
  readonly startedAt: Instant;
  readonly side: 'before' | 'after';
}

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
   * Milliseconds that the search index may be behind. Changes are read up to now and beyond, but the watermark rises
   * only to `startedAt - lag`: what the index did not show yet is read again next time.
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

/**
 * Milliseconds by which a window of changes reaches beyond now. A record that is edited again while its window is read
 * would otherwise fall out of it, and the run would claim to be complete with a version older than the one it began
 * with. No order or paging depends on the end: windows are read by id.
 */
const horizon = 86_400_000;

/** The next scan of this run, or nothing when the pipeline is complete up to `startedAt - lag`. Pure. */
export function plan(checkpoint: Checkpoint | undefined, bounds: PlanBounds): Step | undefined {
  if (checkpoint === undefined || checkpoint.kind === 'snapshot') {
    return bin({ kind: 'loading', startedAt: bounds.startedAt }, bounds, 'before');
  }
  if (checkpoint.kind === 'loading') {
    return checkpoint.bin === undefined ? bin(checkpoint, bounds, 'before') : fullLoad(checkpoint);
  }
  const due = binIsDue(checkpoint.bin, bounds);
  if (checkpoint.window === undefined && checkpoint.watermark >= bounds.startedAt - bounds.lag) {
    return due || checkpoint.bin?.side === 'before' ? bin(checkpoint, bounds, 'after') : undefined;
  }
  if (due) return bin(checkpoint, bounds, 'before');
  return changes(checkpoint, checkpoint.window ?? nextWindow(checkpoint, bounds));
}

/** The checkpoint once `page`, the next one of the step's scan, is committed. Pure. */
export function advance(step: Step, page: Pick<Page, 'position' | 'last'>): Checkpoint {
  if (page.last) return step.done;
  const { scan, checkpoint } = step;
  if (scan.kind === 'all' && checkpoint.kind === 'loading') return { ...checkpoint, position: page.position };
  if (scan.kind === 'changes' && checkpoint.kind === 'live' && checkpoint.window !== undefined) {
    return { ...checkpoint, window: { ...checkpoint.window, position: page.position } };
  }
  // The bin is not resumed: one read halfway says nothing of the half that has changed since.
  return checkpoint;
}

/** The instant up to which the pipeline's table is complete, once it is. */
export function completeUpTo(checkpoint: Checkpoint | undefined): Instant | undefined {
  if (checkpoint?.kind === 'live') return checkpoint.watermark;
  return checkpoint?.kind === 'snapshot' ? checkpoint.takenAt : undefined;
}

type Loading = Extract<Checkpoint, { kind: 'loading' }>;
type Live = Extract<Checkpoint, { kind: 'live' }>;

function fullLoad(checkpoint: Loading): Step {
  return {
    scan: { kind: 'all', ...at(checkpoint.position) },
    checkpoint,
    done: { kind: 'live', watermark: checkpoint.startedAt, ...(checkpoint.bin && { bin: checkpoint.bin }) },
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

function nextWindow(checkpoint: Live, bounds: PlanBounds): Window {
  return {
    from: checkpoint.watermark - bounds.overlap,
    until: bounds.startedAt + horizon,
    watermark: bounds.startedAt - bounds.lag,
  };
}

function bin(checkpoint: Loading | Live, bounds: PlanBounds, side: BinReading['side']): Step {
  const done = { ...checkpoint, bin: { startedAt: bounds.startedAt, side } };
  return { scan: { kind: 'archived' }, checkpoint, done };
}

function binIsDue(last: BinReading | undefined, bounds: PlanBounds): boolean {
  return last === undefined || bounds.startedAt - last.startedAt >= Math.max(bounds.archivedEvery, 1);
}

function at(position: Position | undefined): { position?: Position } {
  return position === undefined ? {} : { position };
}
