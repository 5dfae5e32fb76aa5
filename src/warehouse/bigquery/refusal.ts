import { KeywayError } from '../../errors.ts';

/** Where an error happened: for its message. */
export interface Where {
  readonly server: string;
  readonly dataset: string;
  readonly table?: string;
}

/** What is known of an error: of a request, or of a job. */
export interface Facts {
  /** HTTP status, or a code of the network's. */
  readonly code: number | string | undefined;
  /** BigQuery docs, Error messages. */
  readonly reason: string | undefined;
  readonly message: string;
}

export function factsOf(error: unknown): Facts {
  const fields: Readonly<Record<string, unknown>> =
    typeof error === 'object' && error !== null ? { ...error } : {};
  const { code, errors } = fields;
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const told = typeof first === 'object' && first !== null ? first : fields;
  const reason = 'reason' in told && typeof told.reason === 'string' ? told.reason : undefined;
  const inner = 'message' in told && typeof told.message === 'string' ? told.message : undefined;
  const message = inner ?? (error instanceof Error ? error.message : '');
  const isCode = typeof code === 'number' || typeof code === 'string';
  return { code: isCode ? code : undefined, reason, message };
}

/** Whether the same request may succeed when it is sent again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof KeywayError) return false;
  const { code, reason, message } = factsOf(error);
  if (typeof code === 'number' && code >= 100) {
    return code === 408 || code === 429 || code >= 500 || (code === 403 && passing.has(reason ?? ''));
  }
  return networkCodes.test(String(code)) || lostConnection.test(message);
}

/** Whether a job that failed so may succeed under another id (BigQuery docs, Error messages; Reliability, Error handling). */
export function isTransientJob({ reason, message }: Facts): boolean {
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
]);

const networkCodes =
  /^(?:ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR\w*|ERR_STREAM\w*)$/;
const lostConnection = /socket|network|timeout|fetch failed|premature|aborted|terminated|hang up/i;

/**
 * An error of a request or a job as one of ours. Texts of errors about data can hold values of rows: of those nothing is kept
 * but the reason and the place in the message that names a field.
 */
export function refusal(error: unknown, place: Where): KeywayError {
  if (error instanceof KeywayError) return error;
  const facts = factsOf(error);
  const details = {
    ...(typeof facts.code === 'number' ? { status: facts.code } : {}),
    ...(facts.reason === undefined ? {} : { reason: facts.reason }),
    ...(place.table === undefined ? {} : { table: place.table }),
  };
  if (isTransient(error)) return unavailable(facts, place, details);
  const advised = advice.find(({ applies }) => applies(facts));
  if (advised === undefined) return unexpected(facts, place, details);
  const { text, verdict = 'stop' } = advised;
  return new KeywayError('warehouse_refused', text(place, facts), { verdict, details });
}

type Details = Readonly<Record<string, string | number>>;

function unavailable(facts: Facts, { server }: Where, details: Details): KeywayError {
  const why = facts.reason ?? facts.code ?? 'the connection ended';
  return new KeywayError(
    'warehouse_unavailable',
    `${server} cannot be reached, or asks to come back later (${why}). Keyway tries again at the next run; see the status page of Google Cloud if it stays so.`,
    { verdict: 'retry', details },
  );
}

function unexpected(facts: Facts, place: Where, details: Details): KeywayError {
  if (facts.code === undefined && facts.reason === undefined) {
    return new KeywayError(
      'internal',
      `Unexpected error while working with ${place.server}: ${facts.message}`,
    );
  }
  return new KeywayError(
    'warehouse_refused',
    `${place.server} refused a request on ${where(place)}: ${facts.message} (${facts.reason ?? facts.code})`,
    { details },
  );
}

function where({ dataset, table }: Where): string {
  return table === undefined ? `dataset ${dataset}` : `${dataset}.${table}`;
}

interface Advice {
  readonly applies: (facts: Facts) => boolean;
  readonly text: (place: Where, facts: Facts) => string;
  readonly verdict?: 'retry';
}

const advice: readonly Advice[] = [
  {
    applies: ({ code, message }) =>
      code === 401 || /default credentials|invalid_grant|invalid_client/i.test(message),
    text: ({ server }) =>
      `${server} does not know who asks. Attach a service account to this machine, set up workload identity, or point GOOGLE_APPLICATION_CREDENTIALS at a file of credentials.`,
  },
  {
    applies: ({ reason, code }) => reason === 'accessDenied' || (code === 403 && reason !== 'quotaExceeded'),
    text: ({ server }, { message }) =>
      `${server} denies access: ${message} Run keyway check: it names the role that is missing, and for which dataset.`,
  },
  {
    applies: ({ reason }) => reason === 'quotaExceeded' || reason === 'billingTierLimitExceeded',
    text: ({ server }, { message }) => `A quota of ${server} is used up: ${message}`,
  },
  {
    applies: ({ reason }) => reason === 'bytesBilledLimitExceeded',
    text: (place, { message }) =>
      `A statement on ${where(place)} would bill more than bigquery.maximumBytesBilled allows: ${message} Raise it if that is right.`,
  },
  {
    applies: ({ reason }) => reason === 'invalid',
    text: (place) =>
      `BigQuery refused rows of ${where(place)}: a value is missing that may not be, or does not fit its column. Compare the table's columns with keyway check.`,
    verdict: 'retry',
  },
  {
    applies: ({ code, reason }) => code === 404 || reason === 'notFound',
    text: (place, { message }) =>
      `${place.server} does not find something that Keyway needs for ${where(place)}: ${message} Run keyway migrate; if a dataset is elsewhere, give its location in the URL.`,
  },
];
