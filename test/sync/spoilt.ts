import type { SyncWorld } from '../support/sync-world.ts';

/** Somebody has been at the tables. */
export async function spoil(world: SyncWorld, set: string, where = 'true'): Promise<number> {
  const { rowCount } = await world.client.query(
    `update "${world.schema}".contacts set ${set} where ${where}`,
  );
  return rowCount ?? 0;
}

export async function spoilt(world: SyncWorld): Promise<readonly string[]> {
  const rows = await world.tables.rows('contacts');
  return rows.filter(({ email }) => email === 'spoilt').map(({ id }) => String(id));
}

export function* contacts({ sandbox }: SyncWorld, state = 'active'): Iterable<string> {
  for (const record of sandbox.world.truth.records('contacts')) if (record.state === state) yield record.id;
}
