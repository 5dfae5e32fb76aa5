import { asKeywayError, KeywayError } from '../errors.ts';
import type { Clock, Log } from '../service.ts';
import type { ApiCalls, Instant } from '../source.ts';
import { allowedRoute } from './allow-list.ts';
import { answerJson, answerText, type RawAnswer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Budget } from './budget.ts';
import { classify } from './classify.ts';
import { cleanKey } from './clean-key.ts';
import type { DayCounter } from './day-counter.ts';
import { nextWait, type Attempts } from './retry.ts';
import type { Transport } from './transport.ts';
import { openUsage } from './usage.ts';

export interface ClientParts {
  readonly transport: Transport;
  readonly budget: Budget;
  readonly days: DayCounter;
  readonly key: () => string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/** Asks HubSpot one question at a time per call: waits its turn, asks, tries again where that makes sense. */
export interface Client {
  call<T>(request: ApiRequest<T>, signal: AbortSignal): Promise<T>;
  /** The latest instant seen on HubSpot's clock. */
  now(): Instant | undefined;
  usage(): readonly ApiCalls[];
  close(): Promise<void>;
}

export function openClient(parts: ClientParts): Client {
  const usage = openUsage();
  let latest: Instant | undefined;
  const once: Once = {
    parts,
    count: (endpoint, status) => usage.count(endpoint, status),
    seen(date) {
      if (!Number.isNaN(date)) latest = Math.max(latest ?? date, date);
      return latest ?? parts.clock.now();
    },
  };
  return {
    call: (request, signal) => withRetries(once, request, signal),
    now: () => latest,
    usage: () => usage.list(),
    async close() {
      parts.budget.close();
      await parts.transport.close();
    },
  };
}

interface Once {
  readonly parts: ClientParts;
  count(endpoint: string, status: number): void;
  /** Takes note of HubSpot's time, and gives the best knowledge of it. */
  seen(date: number): Instant;
}

async function withRetries<T>(once: Once, request: ApiRequest<T>, signal: AbortSignal): Promise<T> {
  const { budget, clock, random, log } = once.parts;
  let attempts: Attempts = { failures: 0, limited: 0, waited: 0 };
  for (;;) {
    signal.throwIfAborted();
    try {
      const retrying = attempts.failures + attempts.limited > 0 ? 1 : 0;
      return await budget.run(request.bucket, () => ask(once, request, signal), signal, retrying);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asKeywayError(thrown);
      const limited = error.code === 'hubspot_rate_limited' || error.code === 'hubspot_migrating' ? 1 : 0;
      const { failures, waited } = attempts;
      attempts = { failures: failures + 1 - limited, limited: attempts.limited + limited, waited };
      const wait = nextWait(error, attempts, random);
      if (wait === undefined) throw error;
      const facts = { endpoint: endpointOf(request), code: error.code, ...error.details, wait: wait.ms };
      log.warn(facts, 'HubSpot did not answer as hoped: trying again');
      attempts = { ...attempts, waited: waited + wait.ms * limited };
      if (wait.everybody) budget.pause(request.bucket, wait.ms);
      await clock.sleep(wait.ms, signal);
    }
  }
}

async function ask<T>(once: Once, request: ApiRequest<T>, signal: AbortSignal): Promise<T> {
  const { budget, days } = once.parts;
  const endpoint = endpointOf(request);
  days.check(request.bucket);
  let answer: RawAnswer;
  try {
    answer = await send(once.parts, request, signal);
  } catch (error) {
    once.count(endpoint, 0);
    budget.learn(request.bucket, {});
    throw error;
  }
  once.count(endpoint, answer.status);
  budget.learn(request.bucket, answer.headers);
  const now = once.seen(Date.parse(answer.headers['date'] ?? ''));
  days.learn(request.bucket, answer.headers, now);
  const text = await textOf(answer);
  const { timeZone } = days;
  const error = classify(answer, text, { endpoint, bucket: request.bucket, now, timeZone });
  if (error !== undefined) throw error;
  return request.read(answerJson(answer, text, request.exactNumbers === true));
}

function send<T>(parts: ClientParts, request: ApiRequest<T>, signal: AbortSignal): Promise<RawAnswer> {
  const key = cleanKey(parts.key());
  const body = request.bodyFromKey?.(key) ?? request.body;
  const outgoing = { method: request.method, path: request.path, search: queryText(request), key };
  return parts.transport.send(
    body === undefined ? outgoing : { ...outgoing, body: JSON.stringify(body) },
    signal,
  );
}

/** An error page that cannot be decoded is still an error page. */
async function textOf(answer: RawAnswer): Promise<string> {
  try {
    return await answerText(answer);
  } catch (error) {
    if (answer.status === 200 || answer.status === 207 || !(error instanceof KeywayError)) throw error;
    return '';
  }
}

function endpointOf(request: Pick<ApiRequest<unknown>, 'method' | 'path'>): string {
  return allowedRoute(request.method, request.path);
}

/** The query as it is sent. Its length decides whether values can be asked for in the URL. */
export function queryText(request: Pick<ApiRequest<unknown>, 'query'>): string {
  const query = new URLSearchParams(request.query).toString();
  return query === '' ? '' : `?${query}`;
}
