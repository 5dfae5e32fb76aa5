import type { BackfillSpan } from './backfill.ts';
import type { LinksCheckpoint } from './links-checkpoint.ts';
import type { Instant, Position } from './source.ts';
import type { Unread } from './unread.ts';

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
      readonly newest?: Newest;
      readonly unread?: Unread;
      readonly fill?: Fill;
    }
  /** All changes before `watermark` were read, and those before `settled` once more, long after they were made. */
  | {
      readonly kind: 'live';
      readonly watermark: Instant;
      readonly settled?: Instant;
      /** HubSpot's search index has surely come so far: it has shown a change as late as that. */
      readonly shown?: Instant;
      readonly bin?: BinReading;
      readonly window?: Window;
      /** When the last sweep began: what no watermark shows is in up to then. */
      readonly swept?: Instant;
      readonly sweep?: ObjectSweep;
      readonly newest?: Newest;
      /** When HubSpot's count was last compared. */
      readonly counted?: Instant;
      readonly unread?: Unread;
      readonly fill?: Fill;
    }
  /** The links of a pair of objects. */
  | LinksCheckpoint
  /** Lists and their members. */
  | ListsCheckpoint
  /** The history of an object's properties. */
  | HistoryCheckpoint
  /** Replaced as a whole at each run. */
  | {
      readonly kind: 'snapshot';
      readonly takenAt: Instant;
      /** When the archives of definitions were last read; of a dictionary that has some. */
      readonly archives?: Instant;
      /** Of a dictionary that can also be read in part: when it was last read as a whole. */
      readonly wholeAt?: Instant;
    }
  /** The columns of an object that its last run has filled. */
  | {
      readonly kind: 'columns';
      readonly names: readonly string[];
      /** When their properties were defined, by column; of custom ones. */
      readonly definedAt?: Readonly<Record<string, string>>;
      /** How values get there, by column; of those that do not plainly. */
      readonly fillings?: Readonly<Record<string, string>>;
      /**
       * Sensitivities, and scopes beyond those that let a key read the object, for whose values HubSpot has said that the key
       * lacks a scope.
       */
      readonly withheld?: readonly string[];
      /** The same of which HubSpot did not say it: what was read of them may have come as empty. */
      readonly untold?: readonly string[];
    }
  /**
   * By which rules values were read, and how many columns contended for the room of a row: what did not fit may do so under
   * later rules, or with fewer columns.
   */
  | { readonly kind: 'rules'; readonly rules: number; readonly crowd?: number }
  /** Records that are read again, beside all that the pipeline's own checkpoint says. */
  | BackfillCheckpoint;

/** What was asked for, and how far that is. It claims nothing: what the table is complete up to is for others to say. */
export interface BackfillCheckpoint {
  readonly kind: 'backfill';
  readonly startedAt: Instant;
  /** With its end as it was when it began, were it open. */
  readonly span?: Required<BackfillSpan>;
  /** How many were named. */
  readonly ids?: number;
  readonly properties?: readonly string[];
  readonly phase: BackfillPhase;
  readonly position?: Position;
  /** Everything in this phase up to this id is done. */
  readonly afterId?: string;
  /** Records so far, of about so many; each once in a phase. */
  readonly read: number;
  readonly expected: number;
  /** Rows whose records seem to be deleted for good: in the end they are looked for once more. */
  readonly gone?: readonly string[];
  /** Ids that neither HubSpot nor the table knows, and the first of them. */
  readonly unknown?: { readonly count: number; readonly ids: readonly string[] };
  readonly finishedAt?: Instant;
}

/**
 * `records`: those that were asked for, where HubSpot lists or finds them · `bin`: the recycle bin · `absent`: rows of the
 * span that HubSpot's search does not find · `archived`: rows of the span that are in the bin · `gone`: see there.
 */
export type BackfillPhase = 'records' | 'bin' | 'absent' | 'archived' | 'gone';

/** Which members are in is told by the rows of lists; see `ListsPipeline.marks`. */
export interface ListsCheckpoint {
  readonly kind: 'lists';
  /** The members of then are in, of all lists of then; absent before all have been read once. */
  readonly completeUpTo?: Instant;
  /** A list that is too long for one run. */
  readonly reading?: ListReading;
}

export interface ListReading {
  readonly list: string;
  readonly startedAt: Instant;
  readonly position: Position;
  /** Members that it has given so far. */
  readonly found: number;
  /** What HubSpot said of its members when that began: what has changed since is not known to be in. */
  readonly said: readonly (string | null)[];
}

interface StoredHistory {
  readonly name: string;
  /** How its values got there, where that is not plainly. */
  readonly filling?: string;
  /** HubSpot's word for it, where it is sensitive. */
  readonly sensitivity?: string;
  /** When it was defined, of a custom one: under its name there may be another one later. */
  readonly definedAt?: string;
}

/** History is read for rows that were written since, and, when a property is new to it, for all rows once. */
export interface HistoryCheckpoint {
  readonly kind: 'history';
  /** On the warehouse's clock: the history of rows written before is in. */
  readonly written: Instant;
  /** The properties whose history is in for all rows. */
  readonly properties: readonly string[];
  /** Every property of which rows may be stored, wanted or not. */
  readonly stored: readonly StoredHistory[];
  /** What all of it is complete up to; absent while a property is new. */
  readonly complete?: Instant;
  /** A pass over all rows for properties that are new: everything up to this id is done. */
  readonly sweep?: { readonly properties: readonly string[]; readonly afterId: string };
  /** Records whose history HubSpot could not give. */
  readonly unread?: Unread;
  /** Records that HubSpot had nowhere though their rows are open: they are asked for until the rows are closed. */
  readonly vanished?: readonly string[];
}

/**
 * Columns that are to be filled for rows which were written without them: they are new, were retyped, or their property
 * has come back. All of them in one pass over the rows, in the order of their ids.
 */
export interface Fill {
  readonly columns: readonly string[];
  /** What the pipeline was complete up to before the first of them was due; absent: nothing yet. */
  readonly since?: Instant;
  /** The rows up to this id are filled. */
  readonly afterId?: string;
  /** See `ObjectSweep`. */
  readonly gone?: readonly string[];
}

/** A pass over everything, part of which is done. */
interface Sweep {
  readonly startedAt: Instant;
  readonly position?: Position;
  /** Everything up to this id is done. */
  readonly afterId?: string;
}

interface ObjectSweep extends Sweep {
  /** Rows up to there whose records seem to be deleted for good: they are cleared once the pass is through. */
  readonly gone?: readonly string[];
}

/** The highest id that HubSpot's list has shown, and when the run began that last read all above it; where records can be merged. */
export interface Newest {
  readonly id: string;
  readonly listedAt: Instant;
}

/**
 * When the run began that last read the whole recycle bin, on which side of its other scan, and how much was in it. A
 * record can be moved into the bin before a scan comes to it, and back before the bin is read: so the bin is read on
 * both sides.
 */
export interface BinReading {
  readonly startedAt: Instant;
  readonly side: 'before' | 'after';
  readonly records?: number;
}

/** A window of changes that is being read. */
export interface Window {
  readonly from: Instant;
  readonly until: Instant;
  /** What the watermark becomes when the window is in. */
  readonly watermark: Instant;
  /** What `settled` becomes then. */
  readonly settled?: Instant;
  /** See `Live`; of what has been read of it. */
  readonly shown?: Instant;
  readonly position?: Position;
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
    case 'live': {
      const { unread, fill } = checkpoint;
      return unread === undefined && fill === undefined ? liveUpTo(checkpoint) : (unread ?? fill)?.since;
    }
    case 'links':
      return checkpoint.unread === undefined ? checkpoint.swept : checkpoint.unread.since;
    case 'lists':
      return checkpoint.completeUpTo;
    case 'history':
      return checkpoint.unread === undefined ? checkpoint.complete : checkpoint.unread.since;
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

/**
 * The checkpoint from which rows are filled with these columns, too. A load that has not come to its first record gives
 * them to every row by itself. Those that join a pass begin it anew: it takes them as many calls either way. Pure.
 */
export function fillColumns(checkpoint: Loading | Live, columns: readonly string[]): Checkpoint {
  const { fill, ...rest } = checkpoint;
  if (rest.kind === 'loading' && rest.position === undefined) return rest;
  const since = completeUpTo(checkpoint);
  const all = [...new Set([...(fill?.columns ?? []), ...columns])];
  return { ...rest, fill: { columns: all, ...(since !== undefined && { since }) } };
}

/** Not worth sparing: ten calls of HubSpot's. */
export function isSmall(bin: BinReading | undefined): boolean {
  return (bin?.records ?? 0) <= smallBin;
}

const smallBin = 1000;

export type Loading = Extract<Checkpoint, { kind: 'loading' }>;
export type Live = Extract<Checkpoint, { kind: 'live' }>;
