import { answersOfBoth, type Both, type KeySource, type Pair } from './both.ts';
import type { KeywayError } from '../errors.ts';
import type { Shown } from './shown.ts';

/** Reads all that is compared, or those of these ids again: what it shows beyond them is no matter. */
export type Look = (
  source: KeySource,
  ids: readonly string[] | undefined,
  side: keyof Pair<unknown>,
) => Promise<Shown>;

export interface Difference {
  readonly id: string;
  /** Absent: the thing as a whole. */
  readonly field?: string;
  /** Who sees it; `both` see something, and not the same. */
  readonly seenBy: 'legacy' | 'key' | 'both';
}

export type Findings =
  | { readonly kind: 'refused'; readonly refusals: Partial<Pair<KeywayError>> }
  | {
      readonly kind: 'compared';
      /** How many things each key shows. */
      readonly seen: Pair<number>;
      readonly differences: readonly Difference[];
      /** What kept changing for as long as it was looked at: nothing follows from it. */
      readonly unsettled: readonly Omit<Difference, 'seenBy'>[];
    };

/**
 * What the two keys show differently, and go on showing. People work in HubSpot meanwhile, and its servers may lag behind each
 * other: so what differs is looked at again, and only what differs in the same way several times in a row counts.
 */
export async function lasting(both: Both, look: Look): Promise<Findings> {
  const first = await lookOnce(both, look, undefined);
  if ('refusals' in first) return { kind: 'refused', refusals: first.refusals };
  const seen = { legacy: first.legacy.size, key: first.key.size };
  let suspects = suspectsIn(first, new Map());
  for (let looks = 1; looks < mostLooks && !isSettled(suspects); looks += 1) {
    if (looks > 1) await both.clock.sleep(pause, both.signal);
    const ids = [...new Set([...suspects.values()].map(({ id }) => id))];
    const again = await lookOnce(both, look, ids);
    if ('refusals' in again) return { kind: 'refused', refusals: again.refusals };
    suspects = suspectsIn(again, suspects, ids);
  }
  const left = [...suspects.values()];
  return {
    kind: 'compared',
    seen,
    differences: left.filter(lasts).map(({ mark: _mark, times: _times, ...difference }) => difference),
    unsettled: left
      .filter((suspect) => !lasts(suspect))
      .map(({ id, field }) => (field === undefined ? { id } : { id, field })),
  };
}

/** Looks in a row in which it must differ in the same way. By chance, it would have to change and change back in between each time. */
const enough = 3;
export const mostLooks = 5;
/** Milliseconds that a server which lags behind has to catch up. */
const pause = 1000;

type Looked = Pair<Shown> | { readonly refusals: Partial<Pair<KeywayError>> };

async function lookOnce(both: Both, look: Look, ids: readonly string[] | undefined): Promise<Looked> {
  const { legacy, key } = await answersOfBoth(both, (source, side) => look(source, ids, side));
  if (legacy.kind === 'given' && key.kind === 'given') return { legacy: legacy.value, key: key.value };
  return {
    refusals: {
      ...(legacy.kind === 'refused' && { legacy: legacy.error }),
      ...(key.kind === 'refused' && { key: key.error }),
    },
  };
}

interface Suspect extends Difference {
  /** How it differs. */
  readonly mark: string;
  /** In how many looks in a row. */
  readonly times: number;
}

type Suspects = ReadonlyMap<string, Suspect>;

function suspectsIn({ legacy, key }: Pair<Shown>, before: Suspects, ids?: readonly string[]): Suspects {
  const suspects = new Map<string, Suspect>();
  for (const id of ids ?? new Set([...legacy.keys(), ...key.keys()])) {
    for (const found of differencesOf(id, { legacy: legacy.get(id), key: key.get(id) })) {
      const name = JSON.stringify([id, found.field]);
      const known = before.get(name);
      suspects.set(name, { ...found, times: known?.mark === found.mark ? known.times + 1 : 1 });
    }
  }
  return suspects;
}

type Fields = ReadonlyMap<string, string>;

function differencesOf(id: string, { legacy, key }: Pair<Fields | undefined>): Omit<Suspect, 'times'>[] {
  if (legacy === undefined || key === undefined) {
    if (legacy === key) return [];
    const seenBy = legacy === undefined ? 'key' : 'legacy';
    return [{ id, seenBy, mark: seenBy }];
  }
  const found: Omit<Suspect, 'times'>[] = [];
  for (const field of new Set([...legacy.keys(), ...key.keys()])) {
    const [one, other] = [legacy.get(field), key.get(field)];
    if (one === other) continue;
    const seenBy = one === undefined ? 'key' : other === undefined ? 'legacy' : 'both';
    found.push({ id, field, seenBy, mark: seenBy === 'both' ? `${one} ${other}` : seenBy });
  }
  return found;
}

function isSettled(suspects: Suspects): boolean {
  return [...suspects.values()].every(lasts);
}

function lasts({ times }: Suspect): boolean {
  return times >= enough;
}
