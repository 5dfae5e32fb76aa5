import { hash } from './random.ts';

/** Everything that can go wrong between a client and HubSpot. */
export type FaultKind =
  | 'invalid 400'
  | 'locked 423'
  | 'burst 429'
  | 'search 429'
  | 'search 429 with policy'
  | 'daily 429'
  | 'migration 477'
  | 'error 500'
  | 'html 502'
  | 'html 503'
  | 'html 504'
  | 'edge 521'
  | 'edge 523'
  | 'edge 524'
  | 'edge 530'
  | 'unauthorized 401'
  | 'unauthorized 401 api key'
  | 'forbidden 403'
  | 'forbidden 403 text'
  | 'forbidden 403 workflows'
  | 'forbidden 403 plan'
  | 'forbidden 403 page'
  | 'html 200'
  | 'truncated json'
  | 'truncated gzip'
  | 'bit flip gzip'
  | 'slow body'
  | 'reset'
  | 'hang'
  | 'redirect 301'
  | 'redirect 302'
  | 'redirect 307'
  | 'redirect 308'
  | 'no results key'
  | 'error envelope 200'
  | 'next link elsewhere'
  | 'empty page'
  | 'short page'
  | 'repeated cursor'
  | 'duplicate rows'
  | 'stray rows'
  | 'lost ids'
  | 'stale read'
  | 'late record'
  | 'broken record';

interface FaultRule {
  readonly kind: FaultKind;
  /** Part of the path, or a pattern over `METHOD path`; every request when absent. */
  readonly match?: string | RegExp;
  readonly method?: string;
  /** How often at most; for ever when absent. */
  readonly times?: number;
  /** Requests that pass unharmed first. */
  readonly skip?: number;
  /** The chance for each fitting request, 0 to 1. */
  readonly probability?: number;
  /** Seconds for those that say when to come back. */
  readonly retryAfter?: number;
  /** The records that are broken; one in forty when absent. */
  readonly records?: readonly string[];
  /** Where redirects and links of the next page lead to; an address that nobody has when absent. */
  readonly elsewhere?: string;
}

/** A rule that strikes a request, with a number drawn for this stroke: it decides what the kind leaves open. */
export interface Fault extends FaultRule {
  readonly draw: number;
}

export interface Faults {
  /** Adds a rule; the returned function takes it away and tells how often it struck. */
  add(rule: FaultRule): () => number;
  clear(): void;
}

export interface FaultBook extends Faults {
  /** The rule that strikes this request, if any. */
  strike(method: string, path: string): Fault | undefined;
}

interface Entry {
  readonly rule: FaultRule;
  seen: number;
  struck: number;
}

export function openFaults(seed: number): FaultBook {
  let entries: Entry[] = [];
  return {
    add(rule) {
      const entry = { rule, seen: 0, struck: 0 };
      entries.push(entry);
      return () => {
        entries = entries.filter((one) => one !== entry);
        return entry.struck;
      };
    },
    clear() {
      entries = [];
    },
    strike(method, path) {
      const entry = entries.find((entry) => strikes(entry, { method, path, seed }));
      return entry && { ...entry.rule, draw: hash(seed, entry.seen, 405) };
    },
  };
}

function strikes(
  entry: Entry,
  { method, path, seed }: { method: string; path: string; seed: number },
): boolean {
  const { rule } = entry;
  if (rule.method !== undefined && rule.method !== method) return false;
  if (typeof rule.match === 'string' && !path.includes(rule.match)) return false;
  if (rule.match instanceof RegExp && !rule.match.test(`${method} ${path}`)) return false;
  entry.seen += 1;
  if (entry.seen <= (rule.skip ?? 0) || entry.struck >= (rule.times ?? Infinity)) return false;
  if (hash(seed, entry.seen, 404) / 2 ** 32 >= (rule.probability ?? 1)) return false;
  entry.struck += 1;
  return true;
}
