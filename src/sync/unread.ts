import { completeUpTo, type Checkpoint } from '../checkpoint.ts';
import type { Unread } from '../unread.ts';
import { KeywayError } from '../errors.ts';
import { compareIds, type Instant, type Page } from '../source.ts';

/** The records of an object that HubSpot could not give, over a run. */
export interface UnreadRecords {
  /** Those of earlier runs included. */
  readonly ids: readonly string[];
  /** Takes note of what a page says of its ids. Throws when too many have failed to be remembered. */
  note(page: Accounted): void;
  /** Takes note of ids that a list names and no answer knows. */
  noteUnknown(ids: readonly string[]): void;
  /** Whether no answer need know the record yet: its list has named it first in this run, or it was first due lately. */
  isNew(id: string): boolean;
  /** The checkpoint, with those that are still unread. */
  in(checkpoint: Checkpoint): Checkpoint;
  /** For people; nothing when all were read. */
  reason(): string | undefined;
}

interface Accounted extends Partial<Pick<Page, 'missing' | 'merged' | 'failed'>> {
  readonly records?: readonly { readonly id: string }[];
}

/** When it is sure that a record which HubSpot has shown and no longer knows is gone: any answer can be of a replica that is late. */
interface Patience {
  readonly now: () => Instant;
  /** Milliseconds since the record was first due. */
  readonly sureAfter: number;
}

interface Remembered {
  readonly reason: string;
  readonly since: Instant;
}

/** `object`: its name, for people. `patience`: absent where an answer is about rows, whose records have been there for long. */
export function unreadRecords(
  object: string,
  stored: Checkpoint | undefined,
  patience?: Patience,
): UnreadRecords {
  const { now, sureAfter } = patience ?? { now: () => 0, sureAfter: 0 };
  const { ids: known = [], firstDue = {} } = unreadOf(stored) ?? {};
  const unread = new Map<string, Remembered>(
    known.map((id) => [id, { reason: '', since: firstDue[id] ?? 0 }]),
  );
  const due = (id: string): Instant | undefined => unread.get(id)?.since ?? firstDue[id];
  const firstNamed = openFirstNamed(stored);
  const reasons = (): readonly string[] => [...unread.values()].map(({ reason }) => reason);
  /** The latest claim that was made with nothing unread. */
  let since = completeUpTo(stored);
  return {
    get ids() {
      return [...unread.keys()];
    },
    note({ records = [], missing = [], merged = [], failed = [] }) {
      for (const { id } of [...records, ...merged]) unread.delete(id);
      for (const id of missing) if (now() - (unread.get(id)?.since ?? 0) >= sureAfter) unread.delete(id);
      for (const { id, reason } of failed) unread.set(id, { reason, since: due(id) ?? now() });
      if (unread.size > mostUnread) throw tooMany(object, reasons());
    },
    noteUnknown(ids) {
      const reason = 'Its list names it, but no answer knows it.';
      this.note({ failed: ids.map((id) => ({ id, reason })) });
    },
    isNew(id) {
      const since = due(id);
      return since === undefined ? firstNamed.have(id) : now() - since < sureAfter;
    },
    in(checkpoint) {
      firstNamed.reach(checkpoint);
      if (!isRemembering(checkpoint)) return checkpoint;
      const { unread: _unread, ...rest } = checkpoint;
      if (unread.size === 0) since = completeUpTo(rest);
      if (unread.size === 0) return rest;
      const dates = Object.fromEntries([...unread].map(([id, { since: due }]) => [id, due]));
      const ids = [...unread.keys()];
      return {
        ...rest,
        unread: { ids, ...(since !== undefined && { since }), ...(patience && { firstDue: dates }) },
      };
    },
    reason: () => (unread.size === 0 ? undefined : tell(object, [...unread.keys()], reasons())),
  };
}

type Remembering = Extract<Checkpoint, { readonly kind: 'loading' | 'live' | 'links' | 'history' }>;

/** Whether such a checkpoint has a place for them. */
function isRemembering(checkpoint: Checkpoint): checkpoint is Remembering {
  return ['loading', 'live', 'links', 'history'].includes(checkpoint.kind);
}

function unreadOf(checkpoint: Checkpoint | undefined): Unread | undefined {
  return checkpoint !== undefined && 'unread' in checkpoint ? checkpoint.unread : undefined;
}

/** What a run's list names for the first time: the ids between those that it reached in the last run and in this one. */
function openFirstNamed(stored: Checkpoint | undefined): {
  reach(checkpoint: Checkpoint): void;
  have(id: string): boolean;
} {
  const newestOf = (at?: Checkpoint): string | undefined => (at?.kind === 'live' ? at.newest?.id : undefined);
  const before = newestOf(stored);
  let reached: string | undefined;
  return {
    reach(checkpoint) {
      reached = newestOf(checkpoint);
    },
    have: (id) =>
      before !== undefined &&
      reached !== undefined &&
      compareIds(id, before) > 0 &&
      compareIds(id, reached) <= 0,
  };
}

/** More than a few broken records are not the records' fault, and no list to keep. */
const mostUnread = 100;
const shown = 5;

function tell(object: string, ids: readonly string[], reasons: readonly string[]): string {
  const some = `${ids.slice(0, shown).join(', ')}${ids.length > shown ? ', …' : ''}`;
  return `HubSpot could not give ${ids.length} of the ${object} (id ${some}): ${reasons.find(Boolean) ?? ''} They are asked for again in each run; all others are in.`;
}

function tooMany(object: string, reasons: readonly string[]): KeywayError {
  return new KeywayError(
    'hubspot_bad_answer',
    `HubSpot could not give more than ${mostUnread} of the ${object}: ${reasons.find(Boolean) ?? ''}`,
    { verdict: 'retry', details: { unread: reasons.length } },
  );
}
