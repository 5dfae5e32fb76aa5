import { compareIds } from '../../src/source.ts';
import type { Hits, Search, SearchRange } from '../../src/hubspot/search.ts';

export interface Indexed {
  readonly id: string;
  changedAt: number;
}

export interface Misbehaviour {
  /** Probability that neighbours change places, over the whole answer and not only within its page. */
  readonly swap: number;
  /** Probability that a page is cut short although there is more. */
  readonly short: number;
  /** Probability that a page shows one id twice. */
  readonly double: number;
  /** Called after each answer: records may change meanwhile. */
  readonly meanwhile?: (nth: number) => void;
}

/** A search index in memory with the vices that HubSpot's has. */
export function fakeSearch(index: readonly Indexed[], random: () => number, vices: Misbehaviour) {
  const asked: SearchRange[] = [];
  const search: Search = (range) => {
    asked.push(range);
    const matches = index.filter((one) => matchesRange(one, range)).map(({ id }) => id);
    const answer: Hits = { total: matches.length, ids: page(matches.sort(compareIds), random, vices) };
    vices.meanwhile?.(asked.length);
    return Promise.resolve(answer);
  };
  return { search, asked };
}

function matchesRange({ id, changedAt }: Indexed, range: SearchRange): boolean {
  return (
    changedAt >= range.from &&
    changedAt < range.until &&
    compareIds(id, range.above) > 0 &&
    (range.upTo === undefined || compareIds(id, range.upTo) <= 0)
  );
}

function page(ids: string[], random: () => number, vices: Misbehaviour): string[] {
  for (let at = 1; at < ids.length && at < 1000; at += 1) {
    if (random() < vices.swap) [ids[at - 1], ids[at]] = [ids[at] ?? '', ids[at - 1] ?? ''];
  }
  const length = random() < vices.short ? 1 + Math.floor(random() * 150) : 200;
  const shown = ids.slice(0, length);
  if (shown.length > 1 && random() < vices.double) shown[shown.length - 1] = shown[0] ?? '';
  return shown;
}

/** A small seeded generator, so that a failing example can be run again. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
