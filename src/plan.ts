import {
  isSmall,
  type BinReading,
  type Checkpoint,
  type Live,
  type Loading,
  type Newest,
  type Window,
} from './checkpoint.ts';
import {
  compareIds,
  type IndexQuestion,
  type Instant,
  type Page,
  type Position,
  type Scan,
} from './source.ts';

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
  /**
   * Changes are found by comparing every id and version with HubSpot's list, not by searching for them: nothing tells what has
   * changed, or the list is so short that reading it costs less.
   */
  readonly listed: boolean;
}

type SettleBounds = Pick<PlanBounds, 'startedAt' | 'settleAfter' | 'lag'>;

export type Step = ScanStep | FillStep;

interface ScanStep extends Way {
  readonly task: 'load' | 'newest' | 'changes' | 'bin' | 'sweep';
  readonly scan: Scan;
}

/** Rows of the warehouse are read again, and of them only what they lack. */
interface FillStep extends Way {
  readonly task: 'fill';
  readonly scan?: undefined;
}

interface Way {
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
    return checkpoint.bin === undefined ? bin(checkpoint, bounds, 'before') : fullLoad(checkpoint, bounds);
  }
  if (checkpoint?.kind !== 'live') {
    return bin({ kind: 'loading', startedAt: bounds.startedAt }, bounds, 'before');
  }
  if (checkpoint.window !== undefined || checkpoint.watermark < bounds.startedAt - bounds.lag) {
    const first = isSmall(checkpoint.bin) && isOlder(checkpoint.bin, bounds, 1);
    if (first) return bin(checkpoint, bounds, 'before');
    if (bounds.listed) return planSweep(checkpoint, bounds);
    const { newest } = checkpoint;
    if (newest !== undefined && newest.listedAt < bounds.startedAt) return ahead(checkpoint, newest, bounds);
    return changes(checkpoint, checkpoint.window ?? nextWindow(checkpoint, bounds));
  }
  if (binIsDue(checkpoint, bounds)) return bin(checkpoint, bounds, 'after');
  if (checkpoint.fill !== undefined) return fill(checkpoint);
  return sweepIsDue(checkpoint, bounds) ? planSweep(checkpoint, bounds) : undefined;
}

/** A page that is in. */
export interface Progress extends Pick<Page, 'position' | 'last'> {
  /** Records that the scan has given so far. */
  readonly read: number;
  /** The highest id up to which it has come; of a sweep or a fill. */
  readonly afterId?: string;
  /** Rows that are to be cleared when the step is through. */
  readonly gone?: readonly string[];
  /** How far the search index has surely come, as the step has shown so far. */
  readonly shown?: Instant;
  /** The highest id that the step has given so far, or 0; where records can be merged. */
  readonly highest?: string;
}

/** The checkpoint once a page, the next one of the step's scan, is committed. Pure. */
export function advance(step: Step, page: Progress): Checkpoint {
  const { task, checkpoint, done } = step;
  if (page.last) {
    if (task === 'changes' && checkpoint.kind === 'live' && done.kind === 'live') {
      return { ...done, ...shownBy(checkpoint, page) };
    }
    if (task !== 'bin' || !('bin' in done) || done.bin === undefined) return listedUpTo(done, step, page);
    return { ...done, bin: { ...done.bin, records: page.read } };
  }
  const { position, shown } = page;
  if (task === 'load' && checkpoint.kind === 'loading') {
    return listedUpTo({ ...checkpoint, position }, step, page);
  }
  if (checkpoint.kind !== 'live') return checkpoint;
  if (task === 'newest') return listedUpTo(checkpoint, step, page);
  if (task === 'changes' && checkpoint.window !== undefined) {
    return { ...checkpoint, window: { ...checkpoint.window, position, ...(shown && { shown }) } };
  }
  if (task === 'sweep' && checkpoint.sweep !== undefined) {
    return { ...checkpoint, sweep: { ...comeTo(checkpoint.sweep, page), position } };
  }
  if (task === 'fill' && checkpoint.fill !== undefined) {
    return { ...checkpoint, fill: comeTo(checkpoint.fill, page) };
  }
  // The bin is not resumed: one read halfway says nothing of the half that has changed since.
  return checkpoint;
}

function shownBy({ shown: before = 0 }: Live, { shown = 0 }: Progress): Pick<Live, 'shown'> {
  const latest = Math.max(before, shown);
  return latest > 0 ? { shown: latest } : {};
}

/** A pass whose rows are done up to there. */
function comeTo<Pass extends Pick<Progress, 'afterId' | 'gone'>>(
  pass: Pass,
  { afterId, gone = [] }: Progress,
) {
  const { gone: _gone, ...begun } = pass;
  return { ...begun, ...(afterId && { afterId }), ...(gone.length > 0 && { gone }) };
}

/** The checkpoint with the highest id that the list has shown so far. */
function listedUpTo(checkpoint: Checkpoint, { task, checkpoint: before }: Step, page: Progress): Checkpoint {
  const isListing = task === 'load' || task === 'newest' || task === 'sweep';
  if (!isListing || page.highest === undefined) return checkpoint;
  if (checkpoint.kind !== 'live' && checkpoint.kind !== 'loading') return checkpoint;
  const swept = before.kind === 'live' ? before.sweep?.afterId : undefined;
  const listedAt = checkpoint.kind === 'loading' ? checkpoint.startedAt : checkpoint.swept;
  const { newest = { id: '0', listedAt: listedAt ?? 0 } } = checkpoint;
  const ids = [newest.id, page.highest, swept ?? '0'].toSorted(compareIds);
  return { ...checkpoint, newest: { ...newest, id: ids.at(-1) ?? '0' } };
}

/**
 * A merge makes a record that may say of itself that it was changed, and created, long ago: no window has it. But its id is new,
 * and so it is in the list behind all others. Comes before the changes, so that what these claim has it.
 */
function ahead(checkpoint: Live, newest: Newest, { startedAt }: PlanBounds): Step {
  return {
    task: 'newest',
    scan: { kind: 'all', fromId: newest.id },
    checkpoint,
    done: { ...checkpoint, newest: { ...newest, listedAt: startedAt } },
  };
}

/** A list shows every record, but perhaps one as it was a while ago: what it begins with is swept, and what came before that settled. */
function fullLoad(checkpoint: Loading, { settleAfter, lag }: SettleBounds): Step {
  const { startedAt, bin, fill, newest } = checkpoint;
  const kept = { ...(bin && { bin }), ...(fill && { fill }), ...(newest && { newest }) };
  return {
    task: 'load',
    scan: { kind: 'all', ...at(checkpoint.position) },
    checkpoint,
    done: {
      kind: 'live',
      watermark: startedAt - lag,
      settled: startedAt - settleAfter,
      swept: startedAt,
      ...kept,
    },
  };
}

/** Neither a watermark nor what is settled ever falls, whatever the window was. */
function changes(checkpoint: Live, window: Window): Step {
  const { window: _window, ...live } = checkpoint;
  const { from, until, position } = window;
  const settled = Math.max(live.settled ?? 0, window.settled ?? 0);
  return {
    task: 'changes',
    scan: { kind: 'changes', from, until, index: indexOf(live, window), ...at(position) },
    checkpoint: { ...live, window },
    done: {
      ...live,
      watermark: Math.max(live.watermark, window.watermark),
      ...(settled > 0 && { settled }),
    },
  };
}

/**
 * What is recent shows whether the index moves, for nothing. Where it shows no change, as in a quiet hour or in a nightly, whose
 * windows are one, the settled one is to find out how far the index has come.
 */
function indexOf({ shown = 0 }: Live, { settled, watermark }: Window): IndexQuestion {
  return settled === undefined ? { before: watermark } : { before: settled, known: shown };
}

/**
 * Two windows are due in a run: what is recent, `overlap` before the watermark and on; and what has settled since the
 * last run, `settleAfter` ago. Where they touch, as in a nightly, they are one. The settled one comes first.
 */
function nextWindow(checkpoint: Live, bounds: PlanBounds): Window {
  const { startedAt, lag, overlap, settleAfter } = bounds;
  const { watermark } = checkpoint;
  const recent = { from: watermark - overlap, until: startedAt + horizon, watermark: startedAt - lag };
  const read = checkpoint.settled ?? watermark - settleAfter;
  const until = startedAt - settleAfter;
  if (until <= read) return recent;
  const settled = { from: Math.min(read, lastShown(checkpoint, bounds) ?? read), until };
  if (settled.until >= recent.from) {
    return { ...recent, from: Math.min(recent.from, settled.from), settled: settled.until };
  }
  return { ...settled, watermark, settled: settled.until };
}

/**
 * An index that stands still shows no change, whatever is changed, and all the same time passes: so what has settled is looked for from
 * where there last was something to see. Where nothing was changed, that shows nothing either, and costs nothing.
 */
function lastShown({ shown, swept }: Live, { settleAfter }: SettleBounds): Instant | undefined {
  const listed = swept === undefined ? undefined : swept - settleAfter;
  return shown === undefined ? listed : Math.max(shown + 1, listed ?? 0);
}

function bin(checkpoint: Loading | Live, bounds: PlanBounds, side: BinReading['side']): Step {
  const done = { ...checkpoint, bin: { startedAt: bounds.startedAt, side } };
  return { task: 'bin', scan: { kind: 'archived' }, checkpoint, done };
}

function binIsDue(checkpoint: Live, bounds: PlanBounds): boolean {
  const { bin: last, fill } = checkpoint;
  // What was read before a scan is half of a pair.
  if (last?.side === 'before' || last === undefined) return true;
  // Who finds rows without records has to know what is in the bin, and what was merged into it.
  if ((fill !== undefined || sweepIsDue(checkpoint, bounds)) && isOlder(last, bounds, 1)) return true;
  return isOlder(last, bounds, isSmall(last) ? 1 : Math.max(1, bounds.archivedEvery));
}

function isOlder(last: BinReading | undefined, { startedAt }: PlanBounds, age: number): boolean {
  return last === undefined || startedAt - last.startedAt >= age;
}

/** After the changes: what they bring is whole. After the bin: rows are then where their records are. */
function fill(checkpoint: Live): Step {
  const { fill: _fill, ...done } = checkpoint;
  return { task: 'fill', checkpoint, done };
}

function sweepIsDue({ sweep, swept }: Live, { startedAt, sweepEvery }: PlanBounds): boolean {
  return sweep !== undefined || startedAt - (swept ?? 0) >= Math.max(1, sweepEvery);
}

/**
 * A sweep, or the rest of the one that was left, whether it is due or not. What was changed `settleAfter` before it began is
 * then in, and settled: the list need not show later versions. Pure.
 */
export function planSweep(checkpoint: Live, { startedAt, settleAfter, lag }: SettleBounds): Step {
  const { sweep: _sweep, window: _window, ...live } = checkpoint;
  const begun = checkpoint.sweep ?? { startedAt };
  return {
    task: 'sweep',
    scan: { kind: 'all', ...at(begun.position) },
    checkpoint: { ...live, sweep: begun },
    done: {
      ...live,
      watermark: Math.max(live.watermark, begun.startedAt - lag),
      settled: Math.max(live.settled ?? 0, begun.startedAt - settleAfter),
      swept: begun.startedAt,
      ...(live.newest && { newest: { ...live.newest, listedAt: begun.startedAt } }),
    },
  };
}

function at(position: Position | undefined): { position?: Position } {
  return position === undefined ? {} : { position };
}
