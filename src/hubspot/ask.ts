import { KeywayError } from '../errors.ts';
import type { Clock } from '../service.ts';
import type { ApiCalls, CallsOfKey, Instant } from '../source.ts';
import { allowedRoute } from './allow-list.ts';
import { answerBytes, answerJson, type RawAnswer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Budget } from './budget.ts';
import { classify } from './classify.ts';
import { dayIn, type DayCounter } from './day-counter.ts';
import { openHubspotClock } from './hubspot-clock.ts';
import { keyKind } from './key-kind.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';
import { openUsage } from './usage.ts';

export interface AskParts {
  readonly transport: Transport;
  readonly budget: Budget;
  readonly days: DayCounter;
  readonly clock: Clock;
}

/** Asks HubSpot once, with this key, and learns from the answer whatever it says about limits and time. */
export interface Asker {
  ask<T>(request: ApiRequest<T>, key: string, signal: AbortSignal): Promise<T>;
  /** The same with a key that may be another account's: nothing is learnt of its limits. */
  askApart<T>(request: ApiRequest<T>, key: string, signal: AbortSignal): Promise<T>;
  now(): Instant | undefined;
  usage(): readonly ApiCalls[];
  /** The keys that something was asked with, each with its calls. */
  usageByKey(): ReadonlyMap<string, readonly CallsOfKey[]>;
  /** Counts calls from zero. */
  countAnew(): void;
}

export function openAsker(parts: AskParts): Asker {
  const usage = openUsage();
  const { days, clock } = parts;
  const hubspotClock = openHubspotClock();

  async function receive(sending: Sending): Promise<RawAnswer> {
    const { request, key, isApart } = sending;
    const call = { key, endpoint: endpointOf(request), at: clock.now() };
    try {
      const answer = await send(parts, sending);
      const day = isApart ? undefined : dayIn(answer.headers);
      usage.count({ ...call, status: answer.status, day });
      return answer;
    } catch (error) {
      usage.count({ ...call, status: 0, day: undefined });
      throw error;
    }
  }

  async function once<T>(request: ApiRequest<T>, asking: Omit<Sending, 'request'>): Promise<T> {
    const { key, isApart } = asking;
    days.check(request.bucket);
    const answer = await receive({ request, ...asking });
    const date = Date.parse(answer.headers['date'] ?? '');
    const now = Math.max(hubspotClock.now() ?? 0, date || 0) || clock.now();
    if (!isApart) {
      parts.budget.learn(request.bucket, answer.headers);
      days.learn(request.bucket, answer.headers, now);
    }
    const result = await judged(answer, request, { key, now, timeZone: days.timeZone });
    const told = request.day?.(result);
    if (told !== undefined) {
      days.hint(told, now);
      usage.tell(key, endpointOf(request), told);
    }
    // Only of answers that are surely HubSpot's own: a gateway's error page tells the gateway's time.
    if (!Number.isNaN(date)) hubspotClock.see(date);
    return result;
  }

  return {
    ask: (request, key, signal) => once(request, { key, isApart: false, signal }),
    askApart: (request, key, signal) => once(request, { key, isApart: true, signal }),
    now: () => hubspotClock.now(),
    usage: () => usage.list(),
    usageByKey: () => new Map(usage.keys().map((key) => [key, usage.ofKey(key)])),
    countAnew: () => usage.clear(),
  };
}

function endpointOf({ method, path }: Pick<ApiRequest<unknown>, 'method' | 'path'>): string {
  return allowedRoute(method, path);
}

interface Sending {
  readonly request: ApiRequest<unknown>;
  readonly key: string;
  readonly isApart: boolean;
  readonly signal: AbortSignal;
}

function send(
  { transport }: AskParts,
  { request, key, signal }: Omit<Sending, 'isApart'>,
): Promise<RawAnswer> {
  const body = request.bodyFromKey?.(key) ?? request.body;
  const outgoing = { method: request.method, path: request.path, search: queryText(request.query), key };
  return transport.send(body === undefined ? outgoing : { ...outgoing, body: JSON.stringify(body) }, signal);
}

interface Known {
  readonly key: string;
  readonly now: Instant;
  readonly timeZone: string | undefined;
}

async function judged<T>(answer: RawAnswer, request: ApiRequest<T>, known: Known): Promise<T> {
  const bytes = await bytesOf(answer);
  const endpoint = endpointOf(request);
  const { bucket } = request;
  // HubSpot may repeat in an error what it was sent.
  const safe = isSuccess(answer) ? '' : bytes.toString('utf8').replaceAll(known.key, '…');
  const { now, timeZone } = known;
  const error = classify(answer, safe, { endpoint, bucket, now, timeZone, keyKind: keyKind(known.key) });
  if (error !== undefined) throw error;
  return request.read(answerJson(answer, bytes, request), known.key);
}

/** An error page that cannot be decoded is still an error page. */
async function bytesOf(answer: RawAnswer): Promise<Buffer> {
  try {
    return await answerBytes(answer);
  } catch (error) {
    if (isSuccess(answer) || !(error instanceof KeywayError)) throw error;
    return Buffer.alloc(0);
  }
}

function isSuccess({ status }: RawAnswer): boolean {
  return status === 200 || status === 207;
}
