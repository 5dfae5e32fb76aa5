import { z } from 'zod';
import type { DayOfCalls } from '../cost.ts';
import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import type { ApiRequest } from './api-request.ts';
import type { Client } from './client.ts';
import { checked } from './dictionary.ts';

/**
 * What HubSpot has counted of the account's day; nothing when it won't say, which is no error. Whether calls of Service Keys are
 * among it is not documented (HubSpot docs, Account information): what comes with each answer is believed first.
 */
export async function readDayUsage(client: Client, signal: AbortSignal): Promise<DayOfCalls | undefined> {
  try {
    return await client.call(dayUsage, signal);
  } catch (error) {
    // A refusal, too: that this path refuses a key says nothing about the others.
    if (error instanceof KeywayError && error.code !== 'daily_limit') return undefined;
    throw error;
  }
}

const dayUsage: ApiRequest<DayOfCalls | undefined> = {
  method: 'GET',
  path: apiPaths.dayUsage(),
  bucket: 'burst',
  read: (body) => countsIn(readAnswer(body).results ?? []),
  day: (told) => told,
  aside: true,
};

const counter = z.object({
  usageLimit: z.number().nullish(),
  currentUsage: z.number().nullish(),
  fetchStatus: z.string().nullish(),
});

const readAnswer = checked(z.object({ results: z.array(counter).nullish() }));

function countsIn(results: readonly z.infer<typeof counter>[]): DayOfCalls | undefined {
  const told = results.find(({ fetchStatus }) => fetchStatus === 'SUCCESS' || fetchStatus === 'CACHED');
  const [limit, used] = [told?.usageLimit ?? 0, told?.currentUsage ?? Number.NaN];
  return limit > 0 && used >= 0 ? { limit, left: Math.max(0, limit - used) } : undefined;
}
