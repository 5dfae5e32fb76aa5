import type { Client } from './client.ts';
import { readScopes } from './scopes.ts';
import { untilAborted } from './until-aborted.ts';

type Held = Promise<readonly string[] | undefined>;

export interface HeldScopes {
  /** The scopes of the key in use, asked for once of each key unless `anew`; nothing when HubSpot won't say. */
  (signal: AbortSignal, anew?: boolean): Held;
  /** Asks again. */
  forget(): void;
}

export function openHeldScopes(client: Client): HeldScopes {
  const asked = new Map<string, Held>();
  const held = async (signal: AbortSignal, anew = false): Held => {
    const { key, scopes } = await untilAborted(client.keys.current(), signal);
    if (scopes !== undefined && !anew) return scopes;
    const asking =
      (anew ? undefined : asked.get(key)) ?? readScopes((request) => client.call(request, signal));
    asked.set(key, asking);
    // A failure is no answer to keep.
    asking.catch(() => asked.delete(key));
    const found = await asking;
    if (found !== undefined) client.keys.learn(key, { scopes: found });
    return found;
  };
  return Object.assign(held, { forget: () => asked.clear() });
}
