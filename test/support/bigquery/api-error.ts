/**
 * An error in Google's envelope. The status follows from the reason.
 * https://docs.cloud.google.com/bigquery/docs/error-messages
 */
export class ApiError extends Error {
  readonly reason: Reason;
  readonly status: number;
  /** What else a job says in `status.errors`. */
  readonly details: ApiError[] = [];

  constructor(reason: Reason, message: string, status: number = statuses[reason]) {
    super(message);
    this.reason = reason;
    this.status = status;
  }
}

const statuses = {
  accessDenied: 403,
  backendError: 503,
  bytesBilledLimitExceeded: 400,
  conditionNotMet: 412,
  duplicate: 409,
  internalError: 500,
  invalid: 400,
  invalidQuery: 400,
  jobBackendError: 400,
  jobInternalError: 400,
  jobRateLimitExceeded: 400,
  notFound: 404,
  notImplemented: 501,
  quotaExceeded: 403,
  rateLimitExceeded: 403,
  resourceInUse: 400,
} as const;

export type Reason = keyof typeof statuses;

export interface ErrorProto {
  readonly reason: Reason;
  readonly message: string;
  readonly location?: string;
}

/** `ErrorProto`, as in `status.errorResult`. */
export function errorProto({ reason, message }: ApiError): ErrorProto {
  return reason === 'invalidQuery' ? { reason, message, location: 'query' } : { reason, message };
}

/** The body of an answer that is not 2xx. */
export function errorBody(error: ApiError): unknown {
  const { message, status } = error;
  return {
    error: {
      code: status,
      message,
      errors: [{ domain: 'global', ...errorProto(error) }],
      status: rpcStatus(status),
    },
  };
}

function rpcStatus(status: number): string {
  const names: Readonly<Record<number, string>> = {
    400: 'INVALID_ARGUMENT',
    403: 'PERMISSION_DENIED',
    404: 'NOT_FOUND',
    409: 'ALREADY_EXISTS',
    412: 'FAILED_PRECONDITION',
    429: 'RESOURCE_EXHAUSTED',
    501: 'UNIMPLEMENTED',
    503: 'UNAVAILABLE',
  };
  return names[status] ?? 'INTERNAL';
}

/** What BigQuery may well do, but this double does not: it must never look like an answer of BigQuery's. */
export function notUnderstood(what: string): ApiError {
  return new ApiError('notImplemented', `the double of BigQuery does not understand ${what}`);
}
