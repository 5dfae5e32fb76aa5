import type { Notice } from '../../notice.ts';
import { identifier } from './identifier.ts';
import { milliseconds, moment } from './instant.ts';
import { isThere, type StateTables } from './keys.ts';

/** None, too, where there is no such table yet: a look must not make it. */
export function notices({ connection, stateSchema }: StateTables): Promise<readonly Notice[]> {
  const table = identifier(stateSchema, 'notices');
  return connection.transaction(
    async (client) => {
      if (!(await isThere(client, table))) return [];
      const { rows } = await client.query<Notice>(
        `select id, kind, text, ${milliseconds('told_at')} as "toldAt" from ${table} order by told_at, id`,
      );
      return rows;
    },
    { readOnly: true },
  );
}

export function keepNotices(
  { connection, stateSchema }: StateTables,
  items: readonly Notice[],
): Promise<void> {
  const table = identifier(stateSchema, 'notices');
  return connection.transaction(async (client) => {
    const ids = items.map(({ id }) => id);
    await client.query(`delete from ${table} where id <> all($1::text[])`, [ids]);
    await client.query(
      `insert into ${table} (id, kind, text, told_at)
       select id, kind, text, ${moment('told_at')}
         from unnest($1::text[], $2::text[], $3::text[], $4::float8[]) as u(id, kind, text, told_at)
       on conflict (id) do update set kind = excluded.kind, text = excluded.text, told_at = excluded.told_at`,
      [ids, items.map(({ kind }) => kind), items.map(({ text }) => text), items.map(({ toldAt }) => toldAt)],
    );
  });
}
