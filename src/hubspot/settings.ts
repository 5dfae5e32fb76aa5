import { z } from 'zod';
import type { Role, SettingsUser, Team } from '../dictionaries.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { allResults, flag, id, text } from './dictionary.ts';

/** All teams with their members, in one answer. */
export function readTeams(client: Client, signal: AbortSignal): Promise<readonly Team[]> {
  return allResults(client, { path: apiPaths.teams(), item: team }, signal);
}

export async function readSettingsUsers(
  client: Client,
  signal: AbortSignal,
): Promise<readonly SettingsUser[]> {
  const query = { limit: '100' };
  const users = await allResults(client, { path: apiPaths.users(), query, item: user }, signal);
  return [...new Map(users.map((user) => [user.id, user])).values()];
}

/** All sets of permissions, in one answer. */
export function readRoles(client: Client, signal: AbortSignal): Promise<readonly Role[]> {
  return allResults(client, { path: apiPaths.roles(), item: role }, signal);
}

const ids = z
  .array(id)
  .nullish()
  .transform((list) => list ?? []);

const team = z.object({ id, name: text, userIds: ids, secondaryUserIds: ids });

const user = z.object({
  id,
  email: text,
  firstName: text,
  lastName: text,
  superAdmin: flag,
  roleIds: ids,
  primaryTeamId: id.nullish().transform((value) => value ?? null),
  secondaryTeamIds: ids,
  seatNames: z
    .array(z.string())
    .nullish()
    .transform((list) => list ?? []),
});

const role = z.object({ id, name: text, requiresBillingWrite: flag });
