import { z } from 'zod';
import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { checked } from './dictionary.ts';

/**
 * The scopes that the key holds; nothing when HubSpot won't say, which is no error: the way to ask is not part of its
 * dated API.
 */
export async function readScopes(
  client: Client,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const read = checked(z.object({ scopes: z.array(z.string()) }));
  const bodyFromKey = (key: string): object => ({ tokenKey: key });
  const path = apiPaths.tokenInfo();
  try {
    return (await client.call({ method: 'POST', path, bodyFromKey, bucket: 'burst', read }, signal)).scopes;
  } catch (error) {
    if (error instanceof KeywayError && !ends.has(error.code)) return undefined;
    throw error;
  }
}

const ends: ReadonlySet<string> = new Set(['key_refused', 'key_missing', 'daily_limit', 'account_mismatch']);
