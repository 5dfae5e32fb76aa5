import { asKeywayError, KeywayError } from '../errors.ts';
import type { Log } from '../service.ts';
import type { ApiCalls, CallsOfKey, Instant } from '../source.ts';
import { allowedRoute } from './allow-list.ts';
import type { ApiRequest } from './api-request.ts';
import { openAsker, type AskParts, type Asker } from './ask.ts';
import { judgeKey } from './judge-key.ts';
import { KeyRing, type KeyRingParts } from './key-ring.ts';
import { isLimit, nextWait, type Attempts, type Wait } from './retry.ts';
import { untilAborted } from './until-aborted.ts';

export interface ClientParts extends AskParts, Pick<KeyRingParts, 'slots' | 'standing' | 'patience'> {
  readonly log: Log;
  readonly random: () => number;
}

/** The way to HubSpot: every request waits its turn here, is asked, and is tried again where that makes sense. */
export interface Client {
  call<T>(request: ApiRequest<T>, signal: AbortSignal): Promise<T>;
  /** The latest instant seen on HubSpot's clock. */
  now(): Instant | undefined;
  usage(): readonly ApiCalls[];
  usageByKey(): ReadonlyMap<string, readonly CallsOfKey[]>;
  countAnew(): void;
  readonly keys: KeyRing;
  close(): Promise<void>;
}

export function openClient(parts: ClientParts): Client {
  const asker = openAsker(parts);
  const closed = new AbortController();
  const keys = new KeyRing({
    ...parts,
    judge: (key, demands) => judgeKey({ ...parts, asker }, { key, demands }, closed.signal),
    closed: closed.signal,
  });
  return {
    call: (request, signal) =>
      withRetries({ parts, asker, keys }, request, AbortSignal.any([signal, closed.signal])),
    now: () => asker.now(),
    usage: () => asker.usage(),
    usageByKey: () => asker.usageByKey(),
    countAnew: () => asker.countAnew(),
    keys,
    async close() {
      closed.abort(new Error('The connection to HubSpot is closed.'));
      parts.budget.close();
      await parts.transport.close();
    },
  };
}

interface Means {
  readonly parts: ClientParts;
  readonly asker: Asker;
  readonly keys: KeyRing;
}

async function withRetries<T>(means: Means, request: ApiRequest<T>, signal: AbortSignal): Promise<T> {
  const { budget, clock } = means.parts;
  let attempts: Attempts = { failures: 0, limited: 0, waited: 0 };
  let isKeyLost = false;
  const ask = async (key: string): Promise<T> => {
    try {
      return await means.asker.ask(request, key, signal);
    } catch (error) {
      if (!(error instanceof KeywayError)) throw error;
      // Before its place in the line is free: else one more request would start before either is known.
      if (isLimit(error)) budget.pause(request.bucket, 1);
      isKeyLost = error.code === 'key_refused' && request.aside !== true;
      if (isKeyLost) means.keys.refuse(key, error);
      throw error;
    }
  };
  const attempt = async (): Promise<{ readonly value: T } | undefined> => {
    isKeyLost = false;
    const asking = means.keys.run(ask);
    return asking && { value: await asking };
  };
  for (let turn = 0; ; turn += 1) {
    signal.throwIfAborted();
    try {
      // Whoever waits again goes before those who have not asked yet.
      const answer = await budget.run(request.bucket, attempt, signal, Math.min(turn, 1));
      if (answer !== undefined) return answer.value;
      // Outside of the line: what holds the line up by then holds this request up, too.
      await untilAborted(means.keys.current(), signal);
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asKeywayError(thrown);
      // Whatever was asked is asked again with the key that takes over, if one does.
      if (isKeyLost) continue;
      attempts = counted(attempts, error);
      const wait = nextWait(error, attempts, means.parts.random);
      if (wait === undefined) throw error;
      attempts = { ...attempts, waited: attempts.waited + (isLimit(error) ? wait.ms : 0) };
      report(request, error, { wait, log: means.parts.log });
      // Asleep before the others are: it wakes first, and stands in the line again when that moves on.
      const waited = clock.sleep(wait.ms, signal);
      if (wait.everybody) budget.pause(request.bucket, wait.ms);
      await waited;
    }
  }
}

function counted(attempts: Attempts, error: KeywayError): Attempts {
  const limited = isLimit(error) ? 1 : 0;
  return {
    ...attempts,
    failures: attempts.failures + 1 - limited,
    limited: attempts.limited + limited,
  };
}

function report(
  request: ApiRequest<unknown>,
  error: KeywayError,
  { wait, log }: { wait: Wait; log: Log },
): void {
  const endpoint = allowedRoute(request.method, request.path);
  const facts = { ...error.details, endpoint, code: error.code, wait: Math.round(wait.ms) };
  log.warn(facts, 'HubSpot did not answer as hoped: trying again');
}
