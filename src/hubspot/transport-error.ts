import { KeywayError } from '../errors.ts';

/** What went wrong on the way, without a cause: the HTTP client's errors can carry the request, and so the key. */
export function transportError(error: unknown): KeywayError {
  if (error instanceof KeywayError) return error;
  const code = errorCode(error);
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ALTNAME/.test(code)) {
    return new KeywayError(
      'hubspot_unavailable',
      `HubSpot's certificate is not trusted here (${code}), so nothing was sent. Check the clock, the CA certificates and any TLS proxy.`,
      { details: { code } },
    );
  }
  return new KeywayError(
    'hubspot_unavailable',
    `HubSpot could not be reached (${code}). Check the network and status.hubspot.com.`,
    { verdict: 'retry', details: { code } },
  );
}

function errorCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === 'string' && /^[A-Z0-9_]{3,60}$/.test(code)) return code;
    if (at.message === 'total timeout') return 'TIMEOUT';
  }
  return 'NETWORK';
}
