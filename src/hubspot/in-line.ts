import { asKeywayError, KeywayError } from '../errors.ts';
import type { Log } from '../service.ts';
import { allowedRoute } from './allow-list.ts';
import type { ApiRequest } from './api-request.ts';
import type { AskParts } from './ask.ts';
import { isLimit, nextWait, type Attempts, type Wait } from './retry.ts';

export interface LineParts extends Pick<AskParts, 'budget' | 'clock' | 'onTraffic'> {
  readonly log: Log;
  readonly random: () => number;
}

export interface InLine<T> {
  /** Asks once, when it is its turn. */
  readonly ask: () => Promise<T>;
  /** What has to be there first. Nobody else is held up while it is waited for. */
  readonly ready?: () => Promise<unknown>;
  /** Whether a failure may be tried again here, if it makes sense; all of them unless told. */
  readonly mayRetry?: (error: KeywayError) => boolean;
  /** Whoever waits again goes before those who have not asked yet. */
  readonly waitsAgain: boolean;
  readonly signal: AbortSignal;
}

/** Waits for its turn under the request's limit, asks, and tries again where that makes sense. */
export async function inLine<T>(
  { budget, clock, log, random, onTraffic }: LineParts,
  request: ApiRequest<unknown>,
  { ask, ready, mayRetry = () => true, waitsAgain, signal }: InLine<T>,
): Promise<T> {
  let attempts: Attempts = { failures: 0, limited: 0, waited: 0 };
  let inLineSince = 0;
  const attempt = async (): Promise<T> => {
    onTraffic({ kind: 'waited', limit: request.bucket, ms: performance.now() - inLineSince });
    try {
      return await ask();
    } catch (error) {
      // Before its place in the line is free: else one more request would start before the wait is known.
      if (error instanceof KeywayError && isLimit(error)) budget.pause(request.bucket, 1);
      throw error;
    }
  };
  for (let turn = waitsAgain ? 1 : 0; ; turn += 1) {
    signal.throwIfAborted();
    try {
      await ready?.();
      inLineSince = performance.now();
      return await budget.run(request.bucket, attempt, signal, Math.min(turn, 1));
    } catch (thrown) {
      signal.throwIfAborted();
      const error = asKeywayError(thrown);
      attempts = counted(attempts, error);
      const wait = mayRetry(error) ? nextWait(error, attempts, random) : undefined;
      if (wait === undefined) throw error;
      attempts = { ...attempts, waited: attempts.waited + (isLimit(error) ? wait.ms : 0) };
      report(request, error, { wait, log });
      onTraffic({ kind: 'retried', reason: error.code, ms: wait.ms });
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
