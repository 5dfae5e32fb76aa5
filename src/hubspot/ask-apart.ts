import { KeywayError } from '../errors.ts';
import type { ApiRequest } from './api-request.ts';
import type { Asker, AskParts } from './ask.ts';
import { isLimit, nextWait, type Attempts } from './retry.ts';

export interface ApartParts extends Pick<AskParts, 'budget' | 'clock'> {
  readonly asker: Asker;
  readonly random: () => number;
}

/**
 * Asks with a key that is on trial. It stands in the line like any other request and waits where HubSpot asks for that; whatever
 * else goes wrong is for whoever judges the key, since the others may go on with the one that works.
 */
export async function askApart<T>(
  { asker, budget, clock, random }: ApartParts,
  request: ApiRequest<T>,
  { key, signal }: { readonly key: string; readonly signal: AbortSignal },
): Promise<T> {
  let attempts: Attempts = { failures: 0, limited: 0, waited: 0 };
  const attempt = async (): Promise<T> => {
    try {
      return await asker.askApart(request, key, signal);
    } catch (error) {
      if (error instanceof KeywayError && isLimit(error)) budget.pause(request.bucket, 1);
      throw error;
    }
  };
  for (;;) {
    try {
      return await budget.run(request.bucket, attempt, signal, 1);
    } catch (error) {
      if (!(error instanceof KeywayError) || !isLimit(error)) throw error;
      attempts = { ...attempts, limited: attempts.limited + 1 };
      const wait = nextWait(error, attempts, random);
      if (wait === undefined) throw error;
      attempts = { ...attempts, waited: attempts.waited + wait.ms };
      const waited = clock.sleep(wait.ms, signal);
      budget.pause(request.bucket, wait.ms);
      await waited;
    }
  }
}
