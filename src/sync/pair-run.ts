import type { Checkpoint } from '../checkpoint.ts';
import type { LinksCheckpoint } from '../links-checkpoint.ts';
import type { AssociationsPipeline } from '../pipeline.ts';
import type { Instant, Pair } from '../source.ts';
import type { Row } from '../table.ts';
import type { StoredCheckpoint, Write } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import type { LinkBudget } from './link-budget.ts';
import { unreadRecords, type UnreadRecords } from './unread.ts';

export interface PairSync {
  readonly pipeline: AssociationsPipeline;
  readonly context: SyncContext;
  /** By the names of their tables. */
  readonly pair: Pair;
  /** What a sweep over these rows that begins now can claim to be complete up to; absent: they are not all there. */
  readonly startedAt: (parent: string) => Instant | undefined;
  /** HubSpot's clock. */
  readonly now: Instant;
  readonly budget: LinkBudget;
}

/** What the steps of one pair share. */
export interface PairRun extends PairSync {
  readonly batcher: Batcher;
  readonly unread: UnreadRecords;
  /** See `LinksCheckpoint`. */
  lost: number;
  typesAt: Instant | undefined;
}

export function pairName({ from, to }: Pair): string {
  return `associations/${from}-${to}`;
}

/** The pair of such a name, be it wanted or not. */
export function storedPair({ name, pairs }: AssociationsPipeline, stored: string): Pair | undefined {
  const ends = stored.startsWith(`${name}/`) ? stored.slice(name.length + 1).split('-') : [];
  const [from, to] = ends;
  // A table may have a hyphen in its name, too.
  if (from === undefined || to === undefined || ends.length > 2) {
    return pairs.find((pair) => pairName(pair) === stored);
  }
  return { from, to };
}

/** Every checkpoint carries what the whole run knows, whichever step of it saves it. */
export function beginPair(sync: PairSync, stored: StoredCheckpoint): PairRun {
  const { pair, context } = sync;
  const known = stored.checkpoint?.kind === 'links' ? stored.checkpoint : undefined;
  const unread = unreadRecords(`records with links from ${pair.from} to ${pair.to}`, known);
  const completed = (checkpoint: Checkpoint): Checkpoint => withAll(unread.in(checkpoint), run);
  const batcher = makeBatcher(context, pairName(pair), stored, completed);
  const run: PairRun = { ...sync, batcher, unread, lost: known?.lost ?? 0, typesAt: known?.typesAt };
  return run;
}

function withAll(checkpoint: Checkpoint, { lost, typesAt }: Pick<PairRun, 'lost' | 'typesAt'>): Checkpoint {
  if (checkpoint.kind !== 'links') return checkpoint;
  const { lost: _lost, ...rest } = checkpoint;
  return { ...rest, ...(lost > 0 && { lost }), ...(typesAt !== undefined && { typesAt }) };
}

export type Direction = Pick<LinksCheckpoint, 'reversed'>;

/** Of a pair that nothing is claimed of yet, but from which end it is asked. */
export function unswept(written: Instant, steppedAt: Instant, { reversed }: Direction = {}): LinksCheckpoint {
  return { kind: 'links', written, steppedAt, ...(reversed === true && { reversed }) };
}

/** The table whose records are asked for their links. */
export function parentOf(pair: Pair, { reversed }: Direction): string {
  return reversed === true ? pair.to : pair.from;
}

/** The table at the other end. */
export function otherOf(pair: Pair, { reversed }: Direction): string {
  return reversed === true ? pair.from : pair.to;
}

/** The columns of the parents' ids and of those at the other end. */
export function endsOf({ reversed }: Direction): { readonly parent: string; readonly other: string } {
  return reversed === true ? { parent: 'to_id', other: 'from_id' } : { parent: 'from_id', other: 'to_id' };
}

/** The pair by the path segments that HubSpot's API uses, in the direction in which it is asked. */
export function askedPair({ context, pair }: PairSync, { reversed }: Direction): Pair {
  const object = (name: string): string => context.objects.find((each) => each.name === name)?.object ?? name;
  const [from, to] = reversed === true ? [pair.to, pair.from] : [pair.from, pair.to];
  return { from: object(from), to: object(to) };
}

export function withinPair(pair: Pair): Readonly<Record<string, string>> {
  return { from_type: pair.from, to_type: pair.to };
}

export function replacedLinks(
  { pipeline, pair }: Pick<PairSync, 'pipeline' | 'pair'>,
  rows: readonly Row[],
  parents: { readonly column: string; readonly ids: readonly string[] },
): Write {
  return { kind: 'replace', table: pipeline.links, rows, within: withinPair(pair), parents };
}
