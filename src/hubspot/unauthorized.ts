import { KeywayError } from '../errors.ts';
import type { ErrorBody, Facts } from './error-body.ts';

/** What a 401 says about the key. None of them goes away by trying again. */
export function unauthorized(body: ErrorBody, facts: Facts): KeywayError {
  return new KeywayError('key_refused', sentence(body), { details: facts });
}

function sentence(body: ErrorBody): string {
  const expired = expireTime(body);
  // "Expired" on the first day of 1970 is how HubSpot says that it could not decode the value.
  if (expired?.startsWith('1970-01-01') === true) {
    return 'HubSpot cannot read this key: it is cut short, or another secret was pasted. Copy the whole Service Key again.';
  }
  if (expired !== undefined || body['category'] === 'EXPIRED_AUTHENTICATION') {
    return 'HubSpot says that this token has expired. Use a Service Key, which does not, or the new value if it was rotated.';
  }
  if (/api key|hapikey/i.test(typeof body['message'] === 'string' ? body['message'] : '')) {
    return 'This is an old HubSpot API key (hapikey), which HubSpot no longer takes. Create a Service Key instead.';
  }
  return 'HubSpot does not know this key: it was deleted, rotated or never existed. Put the current Service Key in its place.';
}

function expireTime(body: ErrorBody): string | undefined {
  const context = body['context'];
  if (typeof context !== 'object' || context === null) return undefined;
  const time: unknown = (context as Record<string, unknown>)['expire time'];
  const first: unknown = Array.isArray(time) ? time[0] : time;
  return typeof first === 'string' ? first : undefined;
}
