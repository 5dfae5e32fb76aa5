import type { Notice, NoticeKind } from '../notice.ts';
import type { LoggedChange } from '../schema-change.ts';
import type { Clock } from '../service.ts';
import type { Instant } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import { changeLines } from './changes.ts';
import { overLine, type Message } from './message.ts';
import type { Ending, Problem } from './problem.ts';
import type { Posted } from './webhook.ts';

export interface TellParts {
  /** What people were told of outlives the process, and is shared with others that tell. */
  readonly store: Pick<Warehouse, 'notices' | 'keepNotices' | 'schemaChanges' | 'takeLease' | 'releaseLease'>;
  /** The process, for the lease: a host, a pid and a random part. */
  readonly holder: string;
  readonly post: (message: Message) => Promise<Posted>;
  readonly clock: Clock;
  readonly about: readonly NoticeKind[];
  /** Whose account and which warehouse, for people. */
  readonly place: string;
}

/** All that is wrong now. */
export interface Found {
  readonly problems: readonly Problem[];
  /** What became of a problem that is not among them. */
  readonly endingOf: (notice: Notice) => Ending;
  /** Whether a run has ended: in the middle of a first one, tables that come are no change. */
  readonly hasRun: boolean;
}

/** `nothing`: there was nothing to tell · `busy`: another process is telling at this moment. */
export type Told =
  | { readonly kind: 'told' | 'nothing' | 'busy' }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * Tells people what is new among the problems, what has changed, and what is over. Under a lease, so that of several processes one
 * does; and it is kept only once the message has arrived: a process that dies in between tells it again, none tells nothing.
 */
export async function tell(parts: TellParts, found: Found): Promise<Told> {
  const { store, holder } = parts;
  if (isNothing(await deltaOf(parts, found))) return { kind: 'nothing' };
  const lease = { name: 'notices', holder, ttl: leaseTime, label: 'notifications' };
  const isMine = async (): Promise<boolean> => (await store.takeLease(lease)).granted;
  if (!(await isMine())) return { kind: 'busy' };
  try {
    // What another one has told since is not told again.
    const delta = await deltaOf(parts, found);
    if (delta.isTidied) await store.keepNotices(delta.kept);
    const messages = messagesOf(parts, delta);
    for (const { message, after } of messages) {
      if (!(await isMine())) return { kind: 'busy' };
      const posted = await parts.post(message);
      if (!posted.ok) return { kind: 'refused', reason: posted.reason };
      // A process that was stopped for long may have lost its turn meanwhile, and even have got it back.
      if (!(await isMine())) return { kind: 'busy' };
      await store.keepNotices(after(await store.notices()));
    }
    return { kind: messages.length === 0 ? 'nothing' : 'told' };
  } finally {
    await store.releaseLease(lease).catch(() => undefined);
  }
}

/** Milliseconds: longer than a message may take with all its attempts. */
const leaseTime = 120_000;

interface Delta {
  /** What stays. */
  readonly kept: readonly Notice[];
  /** Whether something is to be kept or forgotten that no message tells of. */
  readonly isTidied: boolean;
  readonly fresh: readonly Problem[];
  readonly over: readonly Notice[];
  readonly changes: readonly string[];
  /** When the last one of the changes was logged. */
  readonly changedAt: Instant | undefined;
}

function isNothing({ isTidied, fresh, over, changes }: Delta): boolean {
  return !isTidied && fresh.length === 0 && over.length === 0 && changes.length === 0;
}

async function deltaOf({ store, about }: TellParts, found: Found): Promise<Delta> {
  const { problems, endingOf, hasRun } = found;
  const told = await store.notices();
  const wanted = problems.filter(({ kind }) => about.includes(kind));
  const present = new Set(wanted.map(({ id }) => id));
  const ending = (notice: Notice): Ending | 'lasts' => {
    if (!about.includes(notice.kind)) return 'gone';
    return present.has(notice.id) || notice.id === schemaNotice ? 'lasts' : endingOf(notice);
  };
  const [kept, over]: [Notice[], Notice[]] = [[], []];
  for (const notice of told) {
    const end = ending(notice);
    if (end !== 'gone') (end === 'over' ? over : kept).push(notice);
  }
  const known = new Set(told.map(({ id }) => id));
  const seen = kept.find(({ id }) => id === schemaNotice);
  const { mark, ...changed } = await changesSince({ store, about, hasRun }, seen?.toldAt);
  return {
    // Until people are told that it is over, it stays.
    kept: [...(mark === undefined ? kept : marked(kept, mark)), ...over],
    isTidied: mark !== undefined || kept.length + over.length < told.length,
    fresh: wanted.filter(({ id }) => !known.has(id)),
    over,
    ...changed,
  };
}

/** The one notice that stands for no problem: the changes that were logged up to then are told. */
const schemaNotice = 'schema';

function marked(kept: readonly Notice[], toldAt: Instant): readonly Notice[] {
  return [
    ...kept.filter(({ id }) => id !== schemaNotice),
    { id: schemaNotice, kind: 'schema', text: '', toldAt },
  ];
}

interface Changed extends Pick<Delta, 'changes' | 'changedAt'> {
  /** Up to where nobody needs to be told: what was made before anybody was to be told is no change. */
  readonly mark?: Instant;
}

async function changesSince(
  { store, about, hasRun }: Pick<TellParts, 'store' | 'about'> & Pick<Found, 'hasRun'>,
  since: Instant | undefined,
): Promise<Changed> {
  if (!about.includes('schema')) return { changes: [], changedAt: undefined };
  if (since === undefined) {
    const [last] = hasRun ? await store.schemaChanges({ limit: 1 }) : [];
    return { changes: [], changedAt: undefined, ...(last && { mark: last.changedAt }) };
  }
  const logged = await loggedSince(store, since);
  const changes = changeLines(logged.toReversed());
  const changedAt = logged[0]?.changedAt;
  return { changes, changedAt, ...(changes.length === 0 && changedAt !== undefined && { mark: changedAt }) };
}

/** All of them, however many: what is marked as told was in a message, if only counted there. The latest one first. */
async function loggedSince(store: TellParts['store'], since: Instant): Promise<readonly LoggedChange[]> {
  for (let limit = 1000; ; limit *= 10) {
    const logged = await store.schemaChanges({ since, limit });
    if (logged.length < limit) return logged;
  }
}

interface Outgoing {
  readonly message: Message;
  /** What is known once it has arrived. */
  readonly after: (kept: readonly Notice[]) => readonly Notice[];
}

function messagesOf(
  { place, clock }: TellParts,
  { fresh, over, changes, changedAt }: Delta,
): readonly Outgoing[] {
  const now = clock.now();
  const all: Outgoing[] = [];
  if (fresh.length > 0) {
    const lines = fresh.map((problem) => problem.text);
    const message = { heading: headingOf(fresh), place, lines, rest: 'keyway notify lists them' };
    const ids = new Set(fresh.map(({ id }) => id));
    const notices = fresh.map((problem): Notice => ({ ...problem, toldAt: now }));
    all.push({ message, after: (kept) => [...kept.filter(({ id }) => !ids.has(id)), ...notices] });
  }
  if (changes.length > 0 && changedAt !== undefined) {
    const heading = 'Keyway: tables or properties have changed';
    const message = { heading, place, lines: changes, rest: 'the table schema_changes holds them' };
    all.push({ message, after: (kept) => marked(kept, changedAt) });
  }
  if (over.length > 0) {
    const ended = new Set(over.map(({ id }) => id));
    const lines = over.map(({ text, toldAt }) => `${overLine(text)} (told ${when(toldAt)})`);
    all.push({
      message: { heading: 'Keyway: over', place, lines },
      after: (kept) => kept.filter(({ id }) => !ended.has(id)),
    });
  }
  return all;
}

function headingOf(problems: readonly Problem[]): string {
  const kinds = [...new Set(problems.map(({ kind }) => headings[kind]))];
  return `Keyway: ${kinds.join('; ')}`;
}

const headings: Readonly<Record<NoticeKind, string>> = {
  failure: 'something did not sync',
  staleness: 'tables are behind',
  schema: 'tables have changed',
  key: 'a Service Key needs you',
};

/** `2026-01-31 09:30 UTC` */
function when(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
