/** Rules of HubSpot that a client can break. */
export type ViolationRule =
  | 'burst limit'
  | 'search limit'
  | 'associations limit'
  | 'daily limit'
  | 'exports limit'
  | 'page too large'
  | 'too many inputs'
  | 'query too long'
  | 'body too long'
  | 'too many filters'
  | 'paging past 10,000'
  | 'epoch 0 in a search'
  | 'invalid request'
  | 'unknown object'
  | 'unknown route'
  | 'write attempt'
  | 'bad credentials'
  | 'request after 401'
  | 'missing scope'
  /** Not the client's fault: report it. */
  | 'mistake in the sandbox';

/** One broken rule and the request that broke it. Never holds a header. */
export interface Violation {
  readonly rule: ViolationRule;
  readonly method: string;
  readonly path: string;
  readonly at: number;
  readonly message: string;
}

export interface Violations {
  add(violation: Violation): void;
  all(): readonly Violation[];
  clear(): void;
}

const kept = 10_000;

export function openViolations(): Violations {
  let list: Violation[] = [];
  return {
    add(violation) {
      if (list.length < kept) list.push(violation);
    },
    all: () => list,
    clear() {
      list = [];
    },
  };
}
