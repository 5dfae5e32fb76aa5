import { z } from 'zod';
import type { Owner } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { allResults, flag, id, text } from './dictionary.ts';

/** All owners: HubSpot lists the living and the archived ones apart. */
export async function readOwners(client: Client, signal: AbortSignal): Promise<readonly Owner[]> {
  const living = await ownersOf(client, false, signal);
  const archived = await ownersOf(client, true, signal);
  // One who was archived between the two calls is in both: the later answer counts.
  return [...new Map([...living, ...archived].map((owner) => [owner.id, owner])).values()];
}

async function ownersOf(client: Client, archived: boolean, signal: AbortSignal): Promise<Owner[]> {
  const query = { limit: '100', archived: String(archived) };
  const owners = await allResults(client, { path: apiPaths.owners(), query, item: owner }, signal);
  return owners.map((owner) => ({ ...owner, archived: owner.archived || archived }));
}

const userId = id.nullish().transform((value) => value ?? null);

const owner = z.object({
  id,
  email: text,
  type: text,
  firstName: text,
  lastName: text,
  userId,
  userIdIncludingInactive: userId,
  archived: flag,
  createdAt: text,
  updatedAt: text,
  teams: z
    .array(
      z.object({
        id,
        name: z
          .string()
          .nullish()
          .transform((value) => value ?? ''),
        primary: flag,
      }),
    )
    .nullish()
    .transform((list) => list ?? []),
});
