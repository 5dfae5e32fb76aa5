import { personOf, slug } from '../objects/index.ts';
import { hash } from '../random.ts';
import { day } from './base.ts';

export interface Team {
  readonly id: string;
  readonly name: string;
}

export interface Owner {
  readonly id: string;
  readonly type: 'PERSON' | 'QUEUE';
  readonly email: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly archived: boolean;
  readonly teams: readonly (Team & { readonly primary: boolean })[];
}

export const baseTeams: readonly Team[] = [
  { id: '4100001', name: 'Sales EMEA' },
  { id: '4100002', name: 'Sales "Americas"' },
  { id: '4100003', name: 'Support & Service' },
];

/** Up to 40 owners: some left the company, the last is a queue, some are in no team and some in two. */
export function baseOwners(seed: number, contacts: number, startAt: number): Owner[] {
  const count = Math.max(6, Math.min(40, Math.round(contacts / 50)));
  return Array.from({ length: count }, (_, i) => newOwner(seed, i, startAt - (900 - i) * day)).map(
    (owner, i) =>
      i === count - 1
        ? {
            ...owner,
            type: 'QUEUE',
            email: null,
            firstName: 'Inbound',
            lastName: 'Queue',
            userId: null,
            teams: [],
          }
        : i % 9 === 4
          ? { ...owner, archived: true, teams: [] }
          : owner,
  );
}

export function newOwner(seed: number, i: number, at: number): Owner {
  const { first, last } = personOf(seed ^ 0x0511, i);
  const memberships = baseTeams.filter((_, k) => i % 4 !== 3 && (i % 3 === k || (i % 6 === 0 && k === 1)));
  return {
    id: String(71_000_001 + i * 37),
    type: 'PERSON',
    email: `${slug(first)}.${slug(last)}${String(i)}@keeper.example`,
    firstName: first,
    lastName: last,
    userId: 9_000_000 + i * 11 + (hash(seed, i, 5) % 11),
    createdAt: at,
    updatedAt: at + 3_600_000,
    archived: false,
    teams: memberships.map((team, k) => ({ ...team, primary: k === 0 })),
  };
}
