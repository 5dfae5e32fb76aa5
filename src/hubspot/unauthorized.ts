import { KeywayError } from '../errors.ts';
import type { ErrorBody, Facts } from './error-body.ts';
import { serviceKeyPlaces } from '../service-key.ts';
import { wrongKind, type KeyKind } from './key-kind.ts';

/** What HubSpot says of a key that it does not take. */
type Saying = 'unknown' | 'unreadable' | 'expired' | 'old API key' | 'turned away';

/** What a 401 says about the key, in the light of its form. None of them goes away by trying again. */
export function unauthorized(body: ErrorBody, facts: Facts, kind: KeyKind): KeywayError {
  return refusedKey(sayingOf(body), kind, facts);
}

/** HubSpot's edge turns away what is not even formed like a token (530, with a page that is not JSON). */
export function turnedAway(facts: Facts, kind: KeyKind): KeywayError {
  return refusedKey('turned away', kind, facts);
}

function refusedKey(saying: Saying, kind: KeyKind, facts: Facts): KeywayError {
  const said = says[saying];
  const advice = saying === 'old API key' ? undefined : wrongKind[kind];
  return new KeywayError('key_refused', `${said.what} ${advice ?? said.advice}`, { details: facts });
}

const copyAgain = `Copy the whole Service Key again in HubSpot under ${serviceKeyPlaces}.`;

/** What to say of each, and what to do where the form of the key does not tell more. */
const says: { readonly [Each in Saying]: { readonly what: string; readonly advice: string } } = {
  unknown: {
    what: 'HubSpot does not know this key.',
    advice: `It has the form of a Service Key or of a legacy private app's token, but was deleted, rotated or never existed. Put the current Service Key in its place; it is in HubSpot under ${serviceKeyPlaces}.`,
  },
  unreadable: {
    what: 'HubSpot cannot read this key.',
    advice: `It has the form of a Service Key, but some of its characters are not the right ones. ${copyAgain}`,
  },
  expired: {
    what: 'HubSpot says that this token has expired.',
    advice: `Service Keys do so only when they are rotated. Put the new value in its place; it is in HubSpot under ${serviceKeyPlaces}.`,
  },
  'old API key': {
    what: 'HubSpot says that this is an API key (hapikey), which it no longer takes.',
    advice: `Create a Service Key in HubSpot under ${serviceKeyPlaces}, and use that.`,
  },
  'turned away': {
    what: 'HubSpot does not take this for a key at all (530).',
    advice: `It has the form of a Service Key all the same, so that a proxy on the way may have changed it. ${copyAgain}`,
  },
};

function sayingOf(body: ErrorBody): Saying {
  const expired = expireTime(body);
  // "Expired" on the first day of 1970 is how HubSpot says that it could not decode the value.
  if (expired?.startsWith('1970-01-01') === true) return 'unreadable';
  if (expired !== undefined || body['category'] === 'EXPIRED_AUTHENTICATION') return 'expired';
  const message = typeof body['message'] === 'string' ? body['message'] : '';
  return /api key|hapikey/i.test(message) ? 'old API key' : 'unknown';
}

function expireTime(body: ErrorBody): string | undefined {
  const context = body['context'];
  if (typeof context !== 'object' || context === null) return undefined;
  const time: unknown = (context as Record<string, unknown>)['expire time'];
  const first: unknown = Array.isArray(time) ? time[0] : time;
  return typeof first === 'string' ? first : undefined;
}
