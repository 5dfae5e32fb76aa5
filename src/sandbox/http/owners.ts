import type { Owner, State } from '../world/index.ts';
import { cursorOf, positionOf } from './cursor.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok } from './exchange.ts';
import { pageSize, queryFlag } from './input.ts';
import { stamp } from './record-json.ts';
import { notFound } from './refusal.ts';

/** `GET /crm/owners/{version}`: pages by a cursor, either the present owners or the archived ones. */
export function listOwners(exchange: Exchange): Answer {
  const { state, query } = exchange;
  const archived = queryFlag(query, 'archived');
  const email = query.get('email');
  const all = [...state.owners.values()]
    .filter((owner) => owner.archived === archived && (email === null || owner.email === email))
    .sort((a, b) => Number(a.id) - Number(b.id));
  return ok(page(exchange, all, (owner) => ownerJson(state, owner)));
}

export function oneOwner(exchange: Exchange): Answer {
  const { state, query, params } = exchange;
  const byUser = query.get('idProperty') === 'userId';
  const owner = [...state.owners.values()].find(
    (one) => (byUser ? String(one.userId) : one.id) === params['id'],
  );
  if (owner === undefined || owner.archived !== queryFlag(query, 'archived')) throw notFound();
  return ok(ownerJson(state, owner));
}

function ownerJson(state: State, { userId, teams, email, createdAt, updatedAt, ...owner }: Owner): unknown {
  return {
    ...owner,
    ...(email === null ? {} : { email }),
    userId: owner.archived ? null : userId,
    userIdIncludingInactive: userId,
    createdAt: stamp(state, createdAt),
    updatedAt: stamp(state, updatedAt),
    ...(teams.length > 0 ? { teams } : {}),
  };
}

/** Users as the settings know them. */
export function listUsers(exchange: Exchange): Answer {
  const people = [...exchange.state.owners.values()].filter(
    (owner) => owner.userId !== null && !owner.archived,
  );
  return ok(page(exchange, people, userJson));
}

function userJson({ userId, email, firstName, lastName, teams }: Owner): unknown {
  const primary = teams.find((team) => team.primary);
  return {
    id: String(userId),
    email,
    firstName,
    lastName,
    superAdmin: false,
    roleIds: [],
    ...(primary === undefined ? {} : { primaryTeamId: primary.id }),
    secondaryTeamIds: teams.filter((team) => !team.primary).map(({ id }) => id),
  };
}

export function listRoles(): Answer {
  const results = [{ id: '5100001', name: 'Sales', requiresBillingWrite: false }];
  return ok({ results });
}

export function listTeams({ state }: Exchange): Answer {
  const members = (id: string, primary: boolean): string[] =>
    [...state.owners.values()]
      .filter(({ userId, archived }) => userId !== null && !archived)
      .filter((owner) => owner.teams.some((team) => team.id === id && team.primary === primary))
      .map((owner) => String(owner.userId));
  const results = [...state.teams.values()].map(({ id, name }) => ({
    id,
    name,
    userIds: members(id, true),
    secondaryUserIds: members(id, false),
  }));
  return ok({ results });
}

/** Pages of a short list; the cursor is opaque. */
function page<T>(exchange: Exchange, all: readonly T[], json: (item: T) => unknown): unknown {
  const { ownerPageSize } = exchange.state.options;
  const asked = pageSize(exchange, exchange.query.get('limit'), { fallback: 100, max: 500 });
  const limit = Math.min(asked, ownerPageSize);
  const start = positionOf(exchange.query.get('after'));
  const results = all.slice(start, start + limit).map((item) => json(item));
  const after = cursorOf(start + limit);
  return {
    results,
    ...(start + limit < all.length
      ? { paging: { next: { after, link: `${exchange.origin}${exchange.path}?after=${after}` } } }
      : {}),
  };
}
