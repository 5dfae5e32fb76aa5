/**
 * What the loop does about an error: `stop` ends the run, `retry` may be tried again by whoever owns the wait,
 * `skip` ends this pipeline only.
 */
export type Verdict = 'stop' | 'retry' | 'skip';

/** Every error that Keyway itself raises. The codes are stable: they are stored in `pipeline_runs` and shown to users. */
export type ErrorCode =
  | 'account_mismatch'
  | 'checkpoint_moved'
  | 'config_invalid'
  | 'daily_limit'
  | 'hubspot_bad_answer'
  | 'hubspot_bad_request'
  | 'hubspot_migrating'
  | 'hubspot_not_found'
  | 'hubspot_rate_limited'
  | 'hubspot_unavailable'
  | 'internal'
  | 'key_missing'
  | 'key_refused'
  | 'lease_held'
  | 'mass_deletion'
  | 'not_available'
  | 'property_refused'
  | 'request_not_allowed'
  | 'scope_missing'
  | 'unknown_pipeline'
  | 'unknown_run'
  | 'warehouse_newer'
  | 'warehouse_refused'
  | 'warehouse_unavailable'
  | 'webhook_refused'
  | 'wrong_node';

export interface KeywayErrorOptions {
  readonly verdict?: Verdict;
  readonly cause?: unknown;
  /** Milliseconds after which trying again makes sense; only with the verdict `retry`. */
  readonly retryAfter?: number;
  /** Facts for the log and for JSON output: never a key, never a record's values. */
  readonly details?: Readonly<Record<string, string | number | readonly string[]>>;
}

/** One sentence for a human that says what happened and what to do next, with a stable code and a verdict. */
export class KeywayError extends Error {
  override readonly name = 'KeywayError';
  readonly code: ErrorCode;
  readonly verdict: Verdict;
  readonly retryAfter: number | undefined;
  readonly details: Readonly<Record<string, string | number | readonly string[]>>;

  constructor(code: ErrorCode, message: string, options: KeywayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.verdict = options.verdict ?? 'stop';
    this.retryAfter = options.retryAfter;
    this.details = options.details ?? {};
  }
}

/** Whether what was asked for is not there, or not for this key: nothing failed, and asking again brings nothing. */
export function isAbsence({ code, verdict }: KeywayError): boolean {
  return verdict === 'skip' && absences.has(code);
}

const absences: ReadonlySet<ErrorCode> = new Set([
  'hubspot_not_found',
  'not_available',
  'property_refused',
  'scope_missing',
]);

/** The error as a KeywayError: unknown ones become `internal`, so that no foreign text is mistaken for advice. */
export function asKeywayError(error: unknown): KeywayError {
  if (error instanceof KeywayError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new KeywayError('internal', `Unexpected: ${text}. Please report it with the log of this run.`, {
    cause: error,
    verdict: 'retry',
  });
}
