import type { LinksCheckpoint } from '../checkpoint.ts';
import type { AssociationsPipeline } from '../pipeline.ts';
import type { Instant, Pair } from '../source.ts';
import type { Row } from '../table.ts';
import { fitRow } from '../transform/index.ts';
import type { StoredId, Write } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import type { LinkBudget } from './link-budget.ts';
import { mapAhead } from './map-ahead.ts';

export interface PairSync {
  readonly pipeline: AssociationsPipeline;
  readonly context: SyncContext;
  /** By the names of their tables. */
  readonly pair: Pair;
  /** What a sweep that begins now can claim to be complete up to. */
  readonly startedAt: Instant;
  /** HubSpot's clock. */
  readonly now: Instant;
  readonly budget: LinkBudget;
}

export function pairName({ from, to }: Pair): string {
  return `associations/${from}-${to}`;
}

/** One pair, as far as a run goes with it. Resolves with the instant up to which its links are complete, if they are. */
export async function syncPair(sync: PairSync): Promise<Instant | undefined> {
  const { context, pair, now } = sync;
  const stored = await context.warehouse.checkpoint(pairName(pair));
  const batcher = makeBatcher(context, pairName(pair), stored);
  const written = await context.warehouse.now();
  const known = stored.checkpoint?.kind === 'links' ? stored.checkpoint : undefined;
  const state = known ?? unread(written, now);
  try {
    await addTypes(sync, batcher, state);
    const calls = await callsToSweep(sync, state);
    // A sweep of everything reads what was written since, too.
    const whole = state.sweep === undefined && calls.allowed >= calls.wanted;
    if (known !== undefined && !whole) await readWritten(sync, batcher, state);
    const { end, empty } = await sweepOn(sync, {
      batcher,
      state: { ...state, written },
      calls: calls.allowed,
    });
    if (!empty || !(await answersFromItsOtherEnd(sync, state))) return end.swept;
    const reversed = { ...unread(written, now), reversed: true };
    await addTypes(sync, batcher, reversed);
    return (await sweepOn(sync, { batcher, state: reversed, calls: Number.POSITIVE_INFINITY })).end.swept;
  } finally {
    await batcher.settled();
  }
}

function unread(written: Instant, steppedAt: Instant): LinksCheckpoint {
  return { kind: 'links', written, steppedAt };
}

/** HubSpot takes this many (HubSpot changelog, Batch Read Limit for HubSpot Associations API). */
const idsPerCall = 1000;
/** Enough to hide HubSpot's latency; its rate limits are the budget's business. */
const callsAhead = 4;

/** The first sweep is never cut short; later ones take their share of the time in which all is to be read once. */
async function callsToSweep(
  { context, pair, now, budget }: PairSync,
  state: LinksCheckpoint,
): Promise<{ readonly allowed: number; readonly wanted: number }> {
  const parents = await context.warehouse.countLiving({ table: parentOf(pair, state) });
  const wanted = Math.max(1, Math.ceil(parents / idsPerCall));
  if (state.swept === undefined) return { allowed: Number.POSITIVE_INFINITY, wanted };
  const elapsed = Math.max(0, now - state.steppedAt) / Math.max(1, context.settings.linksEvery);
  return { allowed: budget.take(Math.ceil(wanted * Math.min(1, elapsed)), wanted), wanted };
}

async function readWritten(sync: PairSync, batcher: Batcher, state: LinksCheckpoint): Promise<void> {
  const { context, pair } = sync;
  const query = { state: 'any', writtenSince: state.written, chunk: idsPerCall } as const;
  const parent = parentOf(pair, state);
  for await (const part of linkParts(sync, state, context.warehouse.ids({ ...query, table: parent }))) {
    await batcher.add({ ...part, checkpoint: state });
  }
  // Records that no longer live have lost their links without the other end's row having changed.
  const other = parent === pair.from ? pair.to : pair.from;
  for await (const rows of context.warehouse.ids({ ...query, table: other })) {
    const ids = rows.filter(({ living }) => !living).map(({ id }) => id);
    if (ids.length === 0) continue;
    const column = parent === pair.from ? 'to_id' : 'from_id';
    const write: Write = { ...replaced(sync, []), parents: { column, ids } };
    await batcher.add({ writes: [write], rows: ids.length, size: 0, checkpoint: state });
  }
  await batcher.flush();
}

interface Stretch {
  readonly batcher: Batcher;
  readonly state: LinksCheckpoint;
  readonly calls: number;
}

/** Goes on with the sweep for so many calls. `empty`: it is through, and there are no links at all. */
async function sweepOn(
  sync: PairSync,
  { batcher, state, calls }: Stretch,
): Promise<{ readonly end: LinksCheckpoint; readonly empty: boolean }> {
  const { context, pair, startedAt, now } = sync;
  const { sweep, ...rest } = state;
  let current = sweep ?? { startedAt, found: 0 };
  let left = calls;
  let ended = calls > 0;
  const after = current.afterId === undefined ? {} : { after: current.afterId };
  const query = { table: parentOf(pair, state), state: 'any', chunk: idsPerCall, ...after } as const;
  for await (const part of linkParts(sync, state, limited(context.warehouse.ids(query), calls))) {
    left -= 1;
    ended = left > 0 || part.asked < idsPerCall;
    current = { ...current, found: current.found + part.links, afterId: part.last };
    await batcher.add({ ...part, checkpoint: { ...state, sweep: current, steppedAt: now } });
  }
  const end: LinksCheckpoint = ended
    ? { ...rest, swept: current.startedAt, steppedAt: now }
    : { ...rest, sweep: current, ...(calls > 0 && { steppedAt: now }) };
  await batcher.add({ writes: [], rows: 0, size: 0, checkpoint: end });
  await batcher.flush();
  return { end, empty: ended && current.found === 0 };
}

async function* limited<Item>(items: AsyncIterable<Item>, most: number): AsyncGenerator<Item> {
  let left = most;
  if (left <= 0) return;
  for await (const item of items) {
    yield item;
    left -= 1;
    if (left <= 0) return;
  }
}

/**
 * Some pairs have links that HubSpot gives from one end only (HubSpot community, leads and deals). A link that somebody has
 * just made is there from both.
 */
async function answersFromItsOtherEnd(sync: PairSync, state: LinksCheckpoint): Promise<boolean> {
  const { context, pair } = sync;
  const { source, signal } = context;
  if (state.reversed === true) return false;
  const query = { table: pair.to, state: 'living', chunk: idsPerCall } as const;
  for await (const rows of context.warehouse.ids(query)) {
    const asked = rows.map(({ id }) => id);
    const fromThere = await source.links(askedPair(sync, { reversed: true }), asked, signal);
    if (fromThere.length === 0) return false;
    const ids = [...new Set(fromThere.map(({ toId }) => toId))].slice(0, idsPerCall);
    return (await source.links(askedPair(sync, {}), ids, signal)).length === 0;
  }
  return false;
}

interface LinkPart {
  readonly writes: readonly Write[];
  readonly rows: number;
  readonly size: number;
  readonly links: number;
  /** For how many rows. */
  readonly asked: number;
  /** The last id that it answers for. */
  readonly last: string;
}

/** The links of these rows' records, which replace what is stored of them. */
async function* linkParts(
  sync: PairSync,
  state: Direction,
  chunks: AsyncIterable<readonly StoredId[]>,
): AsyncIterable<LinkPart> {
  const { context, pipeline } = sync;
  const column = state.reversed === true ? 'to_id' : 'from_id';
  let read = 0;
  for await (const { stored, rows } of mapAhead(chunks, callsAhead, async (stored) => ({
    stored,
    rows: await linkRows(sync, state, stored),
  }))) {
    read += rows.length;
    context.count({ read: rows.length });
    context.onProgress({ kind: 'moved', pipeline: pipeline.name, phase: 'associations', read });
    const ids = stored.map(({ id }) => id);
    yield {
      writes: [{ ...replaced(sync, rows), parents: { column, ids } }],
      rows: rows.length + stored.length,
      size: rows.length * 60,
      links: rows.length,
      asked: stored.length,
      last: ids.at(-1) ?? '0',
    };
  }
}

/** Archived and deleted records have no links: they are not asked for, and so lose what was stored. */
async function linkRows(
  sync: PairSync,
  state: Direction,
  stored: readonly StoredId[],
): Promise<readonly Row[]> {
  const { context, pair, pipeline } = sync;
  const living = stored.filter((record) => record.living).map(({ id }) => id);
  if (living.length === 0) return [];
  const links = await context.source.links(askedPair(sync, state), living, context.signal);
  return links.map(({ category, typeId, fromId, toId, label }) => {
    const [from, to] = state.reversed === true ? [toId, fromId] : [fromId, toId];
    return fitRow(pipeline.links, [pair.from, pair.to, category, typeId, from, to, label]);
  });
}

async function addTypes(sync: PairSync, batcher: Batcher, state: LinksCheckpoint): Promise<void> {
  const { context, pair, pipeline } = sync;
  const types = await context.source.associationTypes(askedPair(sync, state), context.signal);
  const rows = types.map((type) =>
    fitRow(pipeline.types, [pair.from, pair.to, type.category, type.typeId, type.label]),
  );
  const write: Write = { kind: 'replace', table: pipeline.types, rows, within: within(pair) };
  await batcher.add({ writes: [write], rows: rows.length, size: 0, checkpoint: state });
}

function replaced({ pipeline, pair }: PairSync, rows: readonly Row[]): Extract<Write, { kind: 'replace' }> {
  return { kind: 'replace', table: pipeline.links, rows, within: within(pair) };
}

function within(pair: Pair): Record<string, string> {
  return { from_type: pair.from, to_type: pair.to };
}

type Direction = Pick<LinksCheckpoint, 'reversed'>;

/** The table whose records are asked for their links. */
function parentOf(pair: Pair, { reversed }: Direction): string {
  return reversed === true ? pair.to : pair.from;
}

/** The pair by the path segments that HubSpot's API uses, in the direction in which it is asked. */
function askedPair({ context, pair }: PairSync, { reversed }: Direction): Pair {
  const object = (name: string): string => context.objects.find((each) => each.name === name)?.object ?? name;
  const [from, to] = reversed === true ? [pair.to, pair.from] : [pair.from, pair.to];
  return { from: object(from), to: object(to) };
}
