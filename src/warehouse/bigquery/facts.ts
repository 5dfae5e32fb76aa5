import { KeywayError } from '../../errors.ts';

/** What is known of an error: of a request, or of a job. */
export interface Facts {
  /** HTTP status, or a code of the network's. */
  readonly code: number | string | undefined;
  /** BigQuery docs, Error messages. */
  readonly reason: string | undefined;
  readonly message: string;
  /** The column that a load failed at. */
  readonly column: string | undefined;
}

/** Of an error that was thrown, or of what a job tells: its `errorResult`, with its `errors` besides. */
export function factsOf(error: unknown): Facts {
  const fields: Readonly<Record<string, unknown>> =
    typeof error === 'object' && error !== null ? { ...error } : {};
  const { code, errors } = fields;
  const all: readonly unknown[] = Array.isArray(errors) ? errors : [];
  const told = 'reason' in fields ? fields : all[0];
  const message = textIn(told, 'message') ?? (error instanceof Error ? error.message : '');
  const isCode = typeof code === 'number' || typeof code === 'string';
  return {
    code: isCode ? code : undefined,
    reason: textIn(told, 'reason'),
    message: message === '' ? (textIn(fields, 'message') ?? '') : message,
    column: [message, ...all.map((each) => textIn(each, 'message') ?? '')].map(columnIn).find(Boolean),
  };
}

function textIn(fields: unknown, name: 'message' | 'reason'): string | undefined {
  const value: unknown =
    typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** BigQuery docs, Troubleshoot queries and loads: `Field: age; Value: …`, `No such field: age.`, `Missing required field: age.` */
function columnIn(message: string): string | undefined {
  return /\bfield: ?(\w+)/i.exec(message)?.[1];
}

/** Whether the same request may succeed when it is sent again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof KeywayError) return false;
  const { code, reason, message } = factsOf(error);
  if (typeof code === 'number' && code >= 100) {
    if (code === 501) return false;
    return code === 408 || code === 429 || code >= 500 || (code === 403 && passing.has(reason ?? ''));
  }
  if (reason !== undefined) return false;
  return networkCodes.test(String(code)) || lostConnection.test(message);
}

/** Whether a job that failed so may succeed under another id (BigQuery docs, Error messages; Reliability, Error handling). */
export function isTransientJob({ reason, message }: Pick<Facts, 'reason' | 'message'>): boolean {
  return passing.has(reason ?? '') || isConflict(message);
}

/** BigQuery docs, Multi-statement transactions, Concurrency; DML, Concurrent jobs. */
function isConflict(message: string): boolean {
  return /due to concurrent update|could not serialize access/i.test(message);
}

const passing = new Set([
  'rateLimitExceeded',
  'jobRateLimitExceeded',
  'backendError',
  'jobBackendError',
  'internalError',
  'jobInternalError',
  'tableUnavailable',
]);

const networkCodes =
  /^(?:ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR\w*|ERR_STREAM\w*)$/;
const lostConnection = /socket|network|timeout|fetch failed|premature|aborted|terminated|hang up/i;
