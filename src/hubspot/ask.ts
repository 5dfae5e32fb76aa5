import type { DayOfCalls } from '../cost.ts';
import { KeywayError } from '../errors.ts';
import type { Clock } from '../service.ts';
import type { ApiCalls, CallsOfKey } from '../cost.ts';
import type { Instant } from '../source.ts';
import type { TrafficListener } from '../traffic.ts';
import { allowedRoute } from './allow-list.ts';
import { answerBytes, answerJson, type RawAnswer } from './answer.ts';
import type { ApiRequest, Bucket } from './api-request.ts';
import { burstIn, type Budget } from './budget.ts';
import { classify } from './classify.ts';
import { dayIn, type DayCounter } from './day-counter.ts';
import { openHubspotClock } from './hubspot-clock.ts';
import { keyKind } from './key-kind.ts';
import { queryText } from './query-text.ts';
import type { Transport } from './transport.ts';
import { openUsage, type Usage } from './usage.ts';

export interface AskParts {
  readonly transport: Transport;
  readonly budget: Budget;
  readonly days: DayCounter;
  readonly clock: Clock;
  readonly onTraffic: TrafficListener;
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

  async function once<T>(request: ApiRequest<T>, asking: Omit<Sending, 'request'>): Promise<T> {
    const { key, isApart } = asking;
    days.check(request.bucket);
    const answer = await receive(parts, usage, { request, ...asking });
    const date = Date.parse(answer.headers['date'] ?? '');
    const now = Math.max(hubspotClock.now() ?? 0, date || 0) || clock.now();
    if (!isApart) {
      parts.budget.learn(request.bucket, answer.headers);
      days.learn(request.bucket, answer.headers, now);
      tellLeft(parts, request.bucket, answer.headers);
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

/** Sends it, and counts it whatever becomes of it. */
async function receive(parts: AskParts, usage: Usage, sending: Sending): Promise<RawAnswer> {
  const { request, key, isApart } = sending;
  const call = { key, endpoint: endpointOf(request), at: parts.clock.now() };
  const since = performance.now();
  const count = (status: number, day?: DayOfCalls): void => {
    usage.count({ ...call, status, day });
    parts.onTraffic({ kind: 'asked', endpoint: call.endpoint, status, ms: performance.now() - since });
  };
  try {
    const answer = await send(parts, sending);
    count(answer.status, isApart ? undefined : dayIn(answer.headers));
    return answer;
  } catch (error) {
    count(0);
    throw error;
  }
}

/** What there is left of the burst limit and of the account's day; those of associations are counted apart. */
function tellLeft({ days, onTraffic }: AskParts, bucket: Bucket, headers: RawAnswer['headers']): void {
  const burst = bucket === 'burst' ? burstIn(headers) : undefined;
  if (burst !== undefined) onTraffic({ kind: 'left', policy: 'burst', ...burst });
  const day = bucket === 'associations' ? undefined : days.today();
  if (day !== undefined) onTraffic({ kind: 'left', policy: 'daily', ...day });
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
