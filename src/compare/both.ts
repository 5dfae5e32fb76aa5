import { KeywayError } from '../errors.ts';
import type { Clock } from '../service.ts';
import type { Source } from '../source.ts';

/** What is compared of a key: what any source tells, and what HubSpot tells of the key itself. */
export interface KeySource extends Source {
  /** Why an object cannot be read; nothing when it can. */
  probe(object: string, signal: AbortSignal): Promise<KeywayError | undefined>;
  /** The scopes that the key holds; nothing when HubSpot won't say. */
  scopes(signal: AbortSignal): Promise<readonly string[] | undefined>;
  /** Calls that `sampleIds` makes at most. */
  readonly sampleCalls: number;
  /** Ids of some records, from all over the range that there are; another `shift`, from 0 up to 1, gives others. */
  sampleIds(
    object: string,
    size: { readonly wanted: number; readonly shift: number },
    signal: AbortSignal,
  ): Promise<Sample>;
}

/** Ids in ascending order. */
export interface Sample {
  readonly living: readonly string[];
  readonly archived: readonly string[];
}

/** The same of the legacy token and of the Service Key. */
export interface Pair<Each> {
  readonly legacy: Each;
  readonly key: Each;
}

export type SideName = keyof Pair<unknown>;

export interface Both {
  readonly sources: Pair<KeySource>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Asks with both keys at the same time, so that what people change in HubSpot meanwhile is as old in both answers. */
export async function ofBoth<T>(
  both: Pick<Both, 'sources'>,
  ask: (source: KeySource, side: SideName) => Promise<T>,
): Promise<Pair<T>> {
  const { sources } = both;
  const [legacy, key] = await Promise.all([
    named('legacy', ask(sources.legacy, 'legacy')),
    named('key', ask(sources.key, 'key')),
  ]);
  return { legacy, key };
}

/** An answer, or why this key may not have it. */
export type Answer<T> =
  | { readonly kind: 'given'; readonly value: T }
  | { readonly kind: 'refused'; readonly error: KeywayError };

/** The same where a refusal is an answer, too. */
export function answersOfBoth<T>(
  both: Pick<Both, 'sources'>,
  ask: (source: KeySource, side: SideName) => Promise<T>,
): Promise<Pair<Answer<T>>> {
  return ofBoth(both, async (source, side): Promise<Answer<T>> => {
    try {
      return { kind: 'given', value: await ask(source, side) };
    } catch (error) {
      if (error instanceof KeywayError && error.verdict === 'skip') return { kind: 'refused', error };
      throw error;
    }
  });
}

export const words: Pair<string> = { legacy: 'the legacy token', key: 'the Service Key' };

/** Of two keys, it must be said which one is refused. */
async function named<T>(side: SideName, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KeywayError) || error.code !== 'key_refused') throw error;
    const { message, code, details } = error;
    throw new KeywayError(code, `About ${words[side]}: ${message}`, {
      cause: error,
      details: { ...details, credential: side },
    });
  }
}
