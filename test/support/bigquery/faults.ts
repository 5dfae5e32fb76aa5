/** What can go wrong between a client and BigQuery. */
export type FaultKind =
  /** The work is done, and the connection cut before an answer. */
  | 'lost answer'
  | '503 before'
  | '503 after'
  | '429'
  | 'rate limit'
  /** The connection is cut in the middle of an upload's chunk. */
  | 'cut upload'
  /** The job fails with `reason`, having done nothing. */
  | 'failed job'
  /** As if another transaction had come first. */
  | 'aborted transaction';

export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly jobId?: string | undefined;
}

export interface FaultRule {
  readonly kind: FaultKind;
  /** Over `METHOD path job-id`; every request when absent. */
  readonly match?: string | RegExp | ((exchange: Exchange) => boolean);
  /** How often at most; for ever when absent. */
  readonly times?: number;
  /** Fitting requests that pass unharmed first. */
  readonly skip?: number;
  /** Of a failed job; `backendError` when absent. */
  readonly reason?: string;
}

export interface Faults {
  /** Adds a rule; the returned function takes it away and tells how often it struck. */
  add(rule: FaultRule): () => number;
  clear(): void;
  /**
   * Lets n steps pass from now on, each a request that comes or an answer that goes, and cuts the connection at all
   * later ones. The returned function mends it and tells how many steps were tried.
   */
  cutAfter(n: number): () => number;
}

interface Entry {
  readonly rule: FaultRule;
  seen: number;
  struck: number;
}

export class FaultBook implements Faults {
  #entries: Entry[] = [];
  #cut: { readonly after: number; steps: number } | undefined;

  add(rule: FaultRule): () => number {
    const entry = { rule, seen: 0, struck: 0 };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((one) => one !== entry);
      return entry.struck;
    };
  }

  clear(): void {
    this.#entries = [];
    this.#cut = undefined;
  }

  cutAfter(n: number): () => number {
    const cut = { after: n, steps: 0 };
    this.#cut = cut;
    return () => {
      if (this.#cut === cut) this.#cut = undefined;
      return cut.steps;
    };
  }

  /** Whether the connection is cut at this step. */
  step(): boolean {
    if (this.#cut === undefined) return false;
    this.#cut.steps += 1;
    return this.#cut.steps > this.#cut.after;
  }

  strike(kinds: readonly FaultKind[], exchange: Exchange): FaultRule | undefined {
    return this.#entries.find((entry) => kinds.includes(entry.rule.kind) && strikes(entry, exchange))?.rule;
  }

  strikeTransaction(exchange: Exchange): boolean {
    return this.strike(['aborted transaction'], exchange) !== undefined;
  }
}

function strikes(entry: Entry, exchange: Exchange): boolean {
  const { match, skip = 0, times = Infinity } = entry.rule;
  const text = `${exchange.method} ${exchange.path} ${exchange.jobId ?? ''}`;
  if (typeof match === 'function' && !match(exchange)) return false;
  if (typeof match === 'string' && !text.includes(match)) return false;
  if (match instanceof RegExp && !match.test(text)) return false;
  entry.seen += 1;
  if (entry.seen <= skip || entry.struck >= times) return false;
  entry.struck += 1;
  return true;
}
