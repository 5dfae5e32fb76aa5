import { KeywayError } from '../errors.ts';
import type { Log } from '../service.ts';
import type { ApiCalls, CallsOfKey } from '../cost.ts';
import type { Instant } from '../source.ts';
import type { ApiRequest } from './api-request.ts';
import { openAsker, type AskParts, type Asker } from './ask.ts';
import { inLine } from './in-line.ts';
import { judgeKey } from './judge-key.ts';
import { KeyRing, type KeyRingParts } from './key-ring.ts';
import type { PageSizes } from './page-sizes.ts';
import { untilAborted } from './until-aborted.ts';

export interface ClientParts extends AskParts, Pick<KeyRingParts, 'slots' | 'standing' | 'patience'> {
  readonly log: Log;
  readonly random: () => number;
  readonly sizes: PageSizes;
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
  readonly sizes: PageSizes;
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
      asked({ parts, asker, keys }, request, AbortSignal.any([signal, closed.signal])),
    now: () => asker.now(),
    usage: () => asker.usage(),
    usageByKey: () => asker.usageByKey(),
    countAnew: () => asker.countAnew(),
    keys,
    sizes: parts.sizes,
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

/** Whatever was asked with a key that is refused is asked again with the one that takes over, if one does. */
async function asked<T>(
  { parts, asker, keys }: Means,
  request: ApiRequest<T>,
  signal: AbortSignal,
): Promise<T> {
  const ask = async (): Promise<{ readonly value: T } | undefined> => {
    let sent = '';
    const asking = keys.run((key) => asker.ask(request, (sent = key), signal));
    try {
      return asking && { value: await asking };
    } catch (error) {
      if (!isKeyLost(error, request)) throw error;
      // Before its place in the line is free: nothing more is to start with this key.
      keys.refuse(sent, error);
      return undefined;
    }
  };
  const ready = (): Promise<unknown> => untilAborted(keys.current(), signal);
  for (let turn = 0; ; turn += 1) {
    const answer = await inLine(parts, request, { ask, ready, waitsAgain: turn > 0, signal });
    if (answer !== undefined) return answer.value;
  }
}

function isKeyLost(error: unknown, { aside }: ApiRequest<unknown>): error is KeywayError {
  return error instanceof KeywayError && error.code === 'key_refused' && aside !== true;
}
