import type { KeywayError } from '../errors.ts';
import { words, type Pair, type SideName } from './both.ts';

/** What became of comparing one pipeline. */
export interface Comparison {
  readonly pipeline: string;
  readonly verdict: 'same' | 'different' | 'not comparable';
  readonly remarks: readonly Remark[];
  /** What each key shows: living records, or entries of a dictionary. */
  readonly seen?: Pair<number>;
  /** Records that were compared value by value, or link by link. */
  readonly sampled?: number;
  /** Properties of which values were compared. */
  readonly properties?: number;
}

/** One thing that was found, for people. It has names and ids, and nothing of what is in a record. */
export interface Remark {
  /** A note is told, and is no difference. */
  readonly weight: 'difference' | 'note';
  readonly about:
    | 'refusal'
    | 'failure'
    | 'scope'
    | 'property'
    | 'count'
    | 'record'
    | 'value'
    | 'link'
    | 'entry'
    | 'unsettled';
  readonly text: string;
  /** Who sees it, or something else than the other; absent where that is no question. */
  readonly seenBy?: SideName | 'both';
  readonly property?: string;
  /** Of how many things it holds. */
  readonly count: number;
  /** Names of properties, or ids of records: some of them. */
  readonly examples: readonly string[];
  /** Any one of these scopes may help the key that sees less; the first is the one to tick. */
  readonly scopes: readonly string[];
}

type Parts = Partial<Pick<Remark, 'seenBy' | 'property' | 'count' | 'scopes'>> & {
  readonly examples?: readonly string[];
};

export function remark(
  weight: Remark['weight'],
  about: Remark['about'],
  text: string,
  { examples = [], ...parts }: Parts = {},
): Remark {
  return {
    count: examples.length || 1,
    scopes: [],
    ...parts,
    weight,
    about,
    text,
    examples: examples.slice(0, mostExamples),
  };
}

const mostExamples = 10;

/** What a pipeline comes to when something could be compared. */
export function compared(
  pipeline: string,
  remarks: readonly Remark[],
  facts: Pick<Comparison, 'seen' | 'sampled' | 'properties'> = {},
): Comparison {
  const differs = remarks.some(({ weight }) => weight === 'difference');
  return { pipeline, verdict: differs ? 'different' : 'same', ...facts, remarks };
}

/** And where nothing could, since one of the keys may not read it, or neither may. `what`: such as `them`. */
export function refusal(
  { legacy, key }: Partial<Pair<KeywayError>>,
  { what, scopes }: { readonly what: string; readonly scopes: readonly string[] },
): Remark {
  const wanted = (error: KeywayError | undefined): readonly string[] => scopesIn(error, scopes);
  if (legacy !== undefined && key !== undefined) {
    const text = `Neither key may read ${what}: ${whyNot(key)}`;
    return remark('note', 'refusal', text, { scopes: wanted(key) });
  }
  const [seenBy, refused] = key === undefined ? (['key', 'legacy'] as const) : (['legacy', 'key'] as const);
  const text = `${capital(words[seenBy])} reads ${what}, ${words[refused]} may not: ${whyNot(key ?? legacy)}`;
  return remark('difference', 'refusal', text, { seenBy, scopes: wanted(key ?? legacy) });
}

/** What HubSpot says is addressed to whoever has one key: of two, only the scope is repeated. */
function whyNot(error: KeywayError | undefined): string {
  if (error?.code !== 'scope_missing') return error?.message ?? '';
  const { scope } = error.details;
  return typeof scope === 'string'
    ? `the scope ${scope} is missing.`
    : 'a scope is missing that HubSpot does not name.';
}

function scopesIn(error: KeywayError | undefined, otherwise: readonly string[]): readonly string[] {
  if (error?.code !== 'scope_missing') return [];
  const { scopes } = error.details;
  return Array.isArray(scopes) && scopes.length > 0 ? (scopes as string[]) : otherwise;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** `3 records`, `1 record`. */
export function several(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : nouns}`;
}

/** What kept changing, if anything did. */
export function unsettledRemark(
  unsettled: readonly { readonly id: string }[],
  what: string,
): readonly Remark[] {
  if (unsettled.length === 0) return [];
  const ids = [...new Set(unsettled.map(({ id }) => id))];
  const text = `${what} kept changing while they were compared, which says nothing of the keys (${several(ids.length, 'id')}). Compare again when less is going on.`;
  return [remark('note', 'unsettled', text, { examples: ids })];
}
