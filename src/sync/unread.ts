import { completeUpTo, type Checkpoint } from '../checkpoint.ts';
import type { Unread } from '../unread.ts';
import { KeywayError } from '../errors.ts';
import type { Page } from '../source.ts';

/** The records of an object that HubSpot could not give, over a run. */
export interface UnreadRecords {
  /** Those of earlier runs included. */
  readonly ids: readonly string[];
  /** Takes note of what a page says of its ids. Throws when too many have failed to be remembered. */
  note(page: Accounted): void;
  /** Takes note of ids that a list names and no answer knows: whether they are gone, the next run's answers tell. */
  noteUnknown(ids: readonly string[]): void;
  /** The checkpoint, with those that are still unread. */
  in(checkpoint: Checkpoint): Checkpoint;
  /** For people; nothing when all were read. */
  reason(): string | undefined;
}

interface Accounted extends Pick<Page, 'missing' | 'merged' | 'failed'> {
  readonly records: readonly { readonly id: string }[];
}

/** `object`: its name, for people. */
export function unreadRecords(object: string, stored: Checkpoint | undefined): UnreadRecords {
  const reasons = new Map((unreadOf(stored)?.ids ?? []).map((id) => [id, '']));
  const unknown = new Set<string>();
  /** The latest claim that was made with nothing unread. */
  let since = completeUpTo(stored);
  return {
    get ids() {
      return [...reasons.keys()];
    },
    note({ records, missing, merged, failed }) {
      if (reasons.size > 0) {
        for (const { id } of [...records, ...merged]) reasons.delete(id);
        for (const id of missing) if (!unknown.has(id)) reasons.delete(id);
      }
      for (const { id, reason } of failed) reasons.set(id, reason);
      if (reasons.size > mostUnread) throw tooMany(object, [...reasons.values()]);
    },
    noteUnknown(ids) {
      const reason = 'Its list names it, but no answer knows it.';
      for (const id of ids) unknown.add(id);
      this.note({ records: [], missing: [], merged: [], failed: ids.map((id) => ({ id, reason })) });
    },
    in(checkpoint) {
      if (!isRemembering(checkpoint)) return checkpoint;
      const { unread: _unread, ...rest } = checkpoint;
      if (reasons.size === 0) since = completeUpTo(rest);
      const unread: Unread = { ids: [...reasons.keys()], ...(since !== undefined && { since }) };
      return { ...rest, ...(reasons.size > 0 && { unread }) };
    },
    reason() {
      if (reasons.size === 0) return undefined;
      const ids = [...reasons.keys()];
      const some = `${ids.slice(0, shown).join(', ')}${ids.length > shown ? ', …' : ''}`;
      return `HubSpot could not give ${ids.length} of the ${object} (id ${some}): ${[...reasons.values()].find(Boolean) ?? ''} They are asked for again in each run; all others are in.`;
    },
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

/** More than a few broken records are not the records' fault, and no list to keep. */
const mostUnread = 100;
const shown = 5;

function tooMany(object: string, reasons: readonly string[]): KeywayError {
  return new KeywayError(
    'hubspot_bad_answer',
    `HubSpot could not give more than ${mostUnread} of the ${object}: ${reasons.find(Boolean) ?? ''}`,
    { verdict: 'retry', details: { unread: reasons.length } },
  );
}
