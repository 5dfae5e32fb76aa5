import { KeywayError, type ErrorCode } from '../errors.ts';
import type { Instant } from '../source.ts';
import type { RawAnswer } from './answer.ts';
import type { Bucket } from './api-request.ts';
import { badAnswer } from './bad-answer.ts';
import { dailyLimit } from './daily-limit.ts';
import { errorBody, saidIn, type ErrorBody, type Facts } from './error-body.ts';
import { forbidden } from './forbidden.ts';
import { hubspotWords } from './hubspot-words.ts';
import type { KeyKind } from './key-kind.ts';
import { limitPolicy } from './limit-policy.ts';
import { retryAfter } from './retry-after.ts';
import { turnedAway, unauthorized } from './unauthorized.ts';

/** What is known about a request when its answer is judged. */
export interface Circumstances {
  readonly endpoint: string;
  readonly bucket: Bucket;
  readonly now: Instant;
  /** Of the account, once known. */
  readonly timeZone: string | undefined;
  /** What the key is by its form. */
  readonly keyKind: KeyKind;
}

/** The error that an answer stands for; nothing when it is a success. Status first: the body may be anything. */
export function classify(answer: RawAnswer, text: string, about: Circumstances): KeywayError | undefined {
  const { status } = answer;
  if (status === 200 || status === 207) return undefined;
  if (status === 530) return turnedAway({ status }, about.keyKind);
  const body = errorBody(text);
  const facts = { status, endpoint: about.endpoint, ...saidIn(body) };
  if (status >= 300 && status < 400) return redirect(answer, facts);
  if (status === 401) return unauthorized(body, facts, about.keyKind);
  if (status === 403) return forbidden(body, text, facts);
  if (status === 429) return limited(answer, body, facts, about);
  return byStatus(answer, body, facts, about);
}

function redirect(answer: RawAnswer, facts: Facts): KeywayError {
  const location = answer.headers['location'] ?? '';
  const host = URL.canParse(location) ? new URL(location).hostname : 'the same host';
  return new KeywayError(
    'hubspot_bad_answer',
    `HubSpot's address redirects to ${hubspotWords(host)}, which Keyway does not follow with a key in hand. Check HUBSPOT_BASE_URL.`,
    { details: facts },
  );
}

function limited(answer: RawAnswer, body: ErrorBody, facts: Facts, about: Circumstances): KeywayError {
  const policy = limitPolicy(body, about.bucket);
  if (policy === 'DAILY') return dailyLimit(about.now, about.timeZone, facts);
  const wait = retryAfter(answer.headers['retry-after'], about.now, 60_000);
  return new KeywayError(
    'hubspot_rate_limited',
    'HubSpot keeps answering that too many requests arrive. Lower rateLimit.share, or give other apps of this account a rest.',
    { verdict: 'retry', details: { ...facts, policy }, ...(wait === undefined ? {} : { retryAfter: wait }) },
  );
}

const dayInMs = 24 * 60 * 60 * 1000;

function byStatus(answer: RawAnswer, body: ErrorBody, facts: Facts, about: Circumstances): KeywayError {
  const { status } = answer;
  if (status === 477) {
    const wait = retryAfter(answer.headers['retry-after'], about.now, dayInMs) ?? 60_000;
    const minutes = Math.ceil(wait / 60_000);
    return new KeywayError(
      'hubspot_migrating',
      `HubSpot is moving this account to another data centre and asks to come back in ${minutes} min.`,
      { verdict: 'retry', retryAfter: wait, details: facts },
    );
  }
  if (status === 423 || status === 408 || status >= 500) {
    const wait = retryAfter(answer.headers['retry-after'], about.now, 60_000);
    return new KeywayError(
      'hubspot_unavailable',
      `HubSpot is not answering properly (${status}). Check status.hubspot.com; Keyway goes on where it stopped.`,
      { verdict: 'retry', details: facts, ...(wait === undefined ? {} : { retryAfter: wait }) },
    );
  }
  if (status >= 400) return refused(status, body, facts);
  return badAnswer(`its status is ${status}`);
}

function refused(status: number, body: ErrorBody, facts: Facts): KeywayError {
  const words = hubspotWords(body['message']) || 'it gave no reason';
  if (status === 400 && /infer object type|invalid object or event type/i.test(words)) {
    return skipped('not_available', `HubSpot does not know this object in this account (${words}).`, facts);
  }
  if (status === 404) return skipped('hubspot_not_found', `HubSpot has no such thing (${words}).`, facts);
  if (status === 410) {
    return new KeywayError(
      'hubspot_not_found',
      'HubSpot has switched off this version of its API. Update Keyway.',
      { details: facts },
    );
  }
  if (status === 413 || status === 414) {
    return skipped('hubspot_bad_request', `HubSpot finds this request too long (${status}).`, facts);
  }
  return skipped('hubspot_bad_request', `HubSpot refused a request (${status}): ${words}.`, facts);
}

function skipped(code: ErrorCode, message: string, details: Facts): KeywayError {
  return new KeywayError(code, message, { verdict: 'skip', details });
}
