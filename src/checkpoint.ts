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
      /** When the bin was last read before the pipeline started over. */
      readonly binSeen?: Instant;
      readonly position?: Position;
      readonly unread?: Unread;
    }
  /** All changes before `watermark` were read, and those before `settled` once more, long after they were made. */
  | {
      readonly kind: 'live';
      readonly watermark: Instant;
      readonly settled?: Instant;
      readonly bin?: BinReading;
      readonly window?: Window;
      /** When the last sweep began: what no watermark shows is in up to then. */
      readonly swept?: Instant;
      readonly sweep?: Sweep;
      /** When HubSpot's count was last compared. */
      readonly counted?: Instant;
      readonly unread?: Unread;
    }
  /** The links of a pair of objects. */
  | LinksCheckpoint
  /** Replaced as a whole at each run. */
  | { readonly kind: 'snapshot'; readonly takenAt: Instant }
  /** The columns of an object that its last run has filled. */
  | { readonly kind: 'columns'; readonly names: readonly string[] };

/** Links are read for rows that were written since, and, a stretch per run, for all rows in turn. */
export interface LinksCheckpoint {
  readonly kind: 'links';
  /** On the warehouse's clock: the links of rows written before are in. */
  readonly written: Instant;
  /** When the last sweep over all rows began; absent before the first one is through. */
  readonly swept?: Instant;
  readonly sweep?: Sweep & { readonly found: number };
  /** When the sweep last moved on. */
  readonly steppedAt: Instant;
  /** HubSpot answers this pair only when asked from its other end. */
  readonly reversed?: boolean;
  /** Records whose links HubSpot could not give. */
  readonly unread?: Unread;
  /** Links that HubSpot has ceased to give since the sweep began, as far as no new ones have made up for them. */
  readonly lost?: number;
}

/** Records that HubSpot could not give when they were due: they are asked for again in each run. */
export interface Unread {
  readonly ids: readonly string[];
  /** What the pipeline was complete up to before the first of them was due; absent: nothing yet. */
  readonly since?: Instant;
}

/** A pass over everything, part of which is done. */
interface Sweep {
  readonly startedAt: Instant;
  readonly position?: Position;
  /** Everything up to this id is done. */
  readonly afterId?: string;
}

/**
 * When the run began that last read the whole recycle bin, on which side of its other scan, and how much was in it. A
 * record can be moved into the bin before a scan comes to it, and back before the bin is read: so the bin is read on
 * both sides.
 */
interface BinReading {
  readonly startedAt: Instant;
  readonly side: 'before' | 'after';
  readonly records?: number;
}

/** A window of changes that is being read. */
interface Window {
  readonly from: Instant;
  readonly until: Instant;
  /** What the watermark becomes when the window is in. */
  readonly watermark: Instant;
  /** What `settled` becomes then. */
  readonly settled?: Instant;
  readonly position?: Position;
}

export interface PlanBounds {
  /** HubSpot's clock when this run began with this pipeline. */
  readonly startedAt: Instant;
  /**
   * Milliseconds that the search index is usually behind at most. Changes are read up to now and beyond, but the
   * watermark rises only to `startedAt - lag`: what the index did not show yet is read again next time.
   */
  readonly lag: number;
  /** Milliseconds by which a window reaches back before the watermark. */
  readonly overlap: number;
  /** Milliseconds after which the search index is sure to show a change: each window is read once more then. */
  readonly settleAfter: number;
  /** Milliseconds after which a large recycle bin is read again; a small one is read in every run. */
  readonly archivedEvery: number;
  /** Milliseconds after which everything is swept again. */
  readonly sweepEvery: number;
}

export interface Step {
  readonly task: 'load' | 'changes' | 'bin' | 'sweep';
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

/** The next scan of this run, or nothing when the pipeline is up to date with `startedAt`. Pure. */
export function plan(checkpoint: Checkpoint | undefined, bounds: PlanBounds): Step | undefined {
  if (checkpoint?.kind === 'loading') {
    return checkpoint.bin === undefined ? bin(checkpoint, bounds, 'before') : fullLoad(checkpoint);
  }
  if (checkpoint?.kind !== 'live') {
    return bin({ kind: 'loading', startedAt: bounds.startedAt }, bounds, 'before');
  }
  if (checkpoint.window !== undefined || checkpoint.watermark < bounds.startedAt - bounds.lag) {
    const first = isSmall(checkpoint.bin) && isOlder(checkpoint.bin, bounds, 1);
    if (first) return bin(checkpoint, bounds, 'before');
    return changes(checkpoint, checkpoint.window ?? nextWindow(checkpoint, bounds));
  }
  if (binIsDue(checkpoint.bin, bounds)) return bin(checkpoint, bounds, 'after');
  return sweepIsDue(checkpoint, bounds) ? planSweep(checkpoint, bounds.startedAt) : undefined;
}

/** A page that is in. */
export interface Progress extends Pick<Page, 'position' | 'last'> {
  /** Records that the scan has given so far. */
  readonly read: number;
  /** The highest id up to which it has come; of a sweep. */
  readonly afterId?: string;
}

/** The checkpoint once a page, the next one of the step's scan, is committed. Pure. */
export function advance(step: Step, page: Progress): Checkpoint {
  const { task, checkpoint, done } = step;
  if (page.last) {
    if (task !== 'bin' || !('bin' in done) || done.bin === undefined) return done;
    return { ...done, bin: { ...done.bin, records: page.read } };
  }
  const { position } = page;
  if (task === 'load' && checkpoint.kind === 'loading') return { ...checkpoint, position };
  if (checkpoint.kind !== 'live') return checkpoint;
  if (task === 'changes' && checkpoint.window !== undefined) {
    return { ...checkpoint, window: { ...checkpoint.window, position } };
  }
  if (task === 'sweep' && checkpoint.sweep !== undefined) {
    return {
      ...checkpoint,
      sweep: { ...checkpoint.sweep, position, ...(page.afterId && { afterId: page.afterId }) },
    };
  }
  // The bin is not resumed: one read halfway says nothing of the half that has changed since.
  return checkpoint;
}

/** A full load from its beginning. What an earlier one knew of the bin is kept: it tells what expired from what was deleted. */
export function startOver(checkpoint: Checkpoint | undefined, startedAt: Instant): Checkpoint {
  const binSeen = binSeenAt(checkpoint);
  return { kind: 'loading', startedAt, ...(binSeen !== undefined && { binSeen }) };
}

/** When the recycle bin was last read as a whole. */
export function binSeenAt(checkpoint: Checkpoint | undefined): Instant | undefined {
  if (checkpoint?.kind === 'loading') return checkpoint.bin?.startedAt ?? checkpoint.binSeen;
  return checkpoint?.kind === 'live' ? checkpoint.bin?.startedAt : undefined;
}

/** The instant up to which the pipeline's table is complete, once it is. */
export function completeUpTo(checkpoint: Checkpoint | undefined): Instant | undefined {
  switch (checkpoint?.kind) {
    case 'live':
      return checkpoint.unread === undefined ? liveUpTo(checkpoint) : checkpoint.unread.since;
    case 'links':
      return checkpoint.unread === undefined ? checkpoint.swept : checkpoint.unread.since;
    case 'snapshot':
      return checkpoint.takenAt;
    default:
      return undefined;
  }
}

/**
 * A record that is edited, archived and restored between two readings of the bin leaves no trace. A small bin is read in
 * every run; where a large one is not, only a sweep can tell.
 */
function liveUpTo({ settled, watermark, bin, swept }: Live): Instant {
  const changes = Math.min(settled ?? watermark, watermark);
  return isSmall(bin) ? changes : Math.min(changes, swept ?? changes);
}

type Loading = Extract<Checkpoint, { kind: 'loading' }>;
export type Live = Extract<Checkpoint, { kind: 'live' }>;

/** A list shows everything as it is: what it begins with is settled, and swept. */
function fullLoad(checkpoint: Loading): Step {
  const { startedAt, bin } = checkpoint;
  return {
    task: 'load',
    scan: { kind: 'all', ...at(checkpoint.position) },
    checkpoint,
    done: { kind: 'live', watermark: startedAt, settled: startedAt, swept: startedAt, ...(bin && { bin }) },
  };
}

/** Neither a watermark nor what is settled ever falls, whatever the window was. */
function changes(checkpoint: Live, window: Window): Step {
  const { window: _window, ...live } = checkpoint;
  const { from, until, position } = window;
  const settled = Math.max(live.settled ?? 0, window.settled ?? 0);
  return {
    task: 'changes',
    scan: { kind: 'changes', from, until, ...at(position) },
    checkpoint: { ...live, window },
    done: {
      ...live,
      watermark: Math.max(live.watermark, window.watermark),
      ...(settled > 0 && { settled }),
    },
  };
}

/**
 * Two windows are due in a run: what is recent, `overlap` before the watermark and on; and what has settled since the
 * last run, `settleAfter` ago. Where they touch, as in a nightly, they are one. The settled one comes first.
 */
function nextWindow(checkpoint: Live, bounds: PlanBounds): Window {
  const { startedAt, lag, overlap, settleAfter } = bounds;
  const { watermark } = checkpoint;
  const recent = { from: watermark - overlap, until: startedAt + horizon, watermark: startedAt - lag };
  const settled = { from: checkpoint.settled ?? watermark - settleAfter, until: startedAt - settleAfter };
  if (settled.until <= settled.from) return recent;
  if (settled.until >= recent.from) {
    return { ...recent, from: Math.min(recent.from, settled.from), settled: settled.until };
  }
  return { ...settled, watermark, settled: settled.until };
}

function bin(checkpoint: Loading | Live, bounds: PlanBounds, side: BinReading['side']): Step {
  const done = { ...checkpoint, bin: { startedAt: bounds.startedAt, side } };
  return { task: 'bin', scan: { kind: 'archived' }, checkpoint, done };
}

function binIsDue(last: BinReading | undefined, bounds: PlanBounds): boolean {
  // What was read before a scan is half of a pair.
  if (last?.side === 'before' || last === undefined) return true;
  return isOlder(last, bounds, isSmall(last) ? 1 : Math.max(1, bounds.archivedEvery));
}

/** Not worth sparing: ten calls of HubSpot's. */
function isSmall(bin: BinReading | undefined): boolean {
  return (bin?.records ?? 0) <= smallBin;
}

const smallBin = 1000;

function isOlder(last: BinReading | undefined, { startedAt }: PlanBounds, age: number): boolean {
  return last === undefined || startedAt - last.startedAt >= age;
}

function sweepIsDue({ sweep, swept }: Live, { startedAt, sweepEvery }: PlanBounds): boolean {
  return sweep !== undefined || startedAt - (swept ?? 0) >= Math.max(1, sweepEvery);
}

/** A sweep, or the rest of the one that was left, whether it is due or not. Pure. */
export function planSweep(checkpoint: Live, startedAt: Instant): Step {
  const { sweep: _sweep, ...live } = checkpoint;
  const begun = checkpoint.sweep ?? { startedAt };
  return {
    task: 'sweep',
    scan: { kind: 'all', ...at(begun.position) },
    checkpoint: { ...live, sweep: begun },
    done: { ...live, swept: begun.startedAt },
  };
}

function at(position: Position | undefined): { position?: Position } {
  return position === undefined ? {} : { position };
}
