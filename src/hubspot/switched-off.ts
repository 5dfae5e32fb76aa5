import { z } from 'zod';
import { KeywayError } from '../errors.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { checked } from './dictionary.ts';

/**
 * Only objects that can be switched are named (HubSpot docs, Object library). What is not known is not off: an object is then
 * asked for, and HubSpot's refusal of it is told.
 */
export async function readSwitchedOff(client: Client, signal: AbortSignal): Promise<ReadonlySet<string>> {
  try {
    const read = checked(z.object({ enablementByObjectTypeId: z.record(z.string(), z.boolean()) }));
    const path = apiPaths.enablement();
    const { enablementByObjectTypeId } = await client.call(
      { method: 'GET', path, bucket: 'burst', read },
      signal,
    );
    return new Set(Object.entries(enablementByObjectTypeId).flatMap(([id, isOn]) => (isOn ? [] : [id])));
  } catch (error) {
    if (!(error instanceof KeywayError) || error.verdict === 'stop') throw error;
    return new Set();
  }
}
