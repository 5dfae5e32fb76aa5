import { KeywayError } from '../errors.ts';
import type { Clock } from '../service.ts';
import type { Source } from '../source.ts';

/** What is compared of a key: what any source tells, and what HubSpot tells of the key itself. */
export interface KeySource extends Source {
  /** Why an object cannot be read; nothing when it can. */
  probe(object: string, signal: AbortSignal): Promise<KeywayError | undefined>;
  /** The scopes that the key holds; nothing when HubSpot won't say. */
  scopes(signal: AbortSignal): Promise<readonly string[] | undefined>;
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

const words: Pair<string> = { legacy: 'the legacy token', key: 'the Service Key' };

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
