import { z } from 'zod';
import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import type { ApiRequest } from './api-request.ts';
import { checked } from './dictionary.ts';

/**
 * The scopes that the key holds; nothing when HubSpot won't say, which is no error: the way to ask is not part of its
 * dated API.
 */
export async function readScopes(ask: Ask): Promise<readonly string[] | undefined> {
  const read = checked(z.object({ scopes: z.array(z.string()) }));
  const bodyFromKey = (key: string): object => ({ tokenKey: key });
  const path = apiPaths.tokenInfo();
  try {
    return (await ask({ method: 'POST', path, bodyFromKey, bucket: 'burst', read, aside: true })).scopes;
  } catch (error) {
    // A refusal, too: that this path refuses a key says nothing about the others.
    if (error instanceof KeywayError && error.code !== 'daily_limit') return undefined;
    throw error;
  }
}

/** Asks once, with the key that it is about. */
type Ask = <T>(request: ApiRequest<T>) => Promise<T>;
