import { Client } from 'pg';
import { refusal } from './refusal.ts';
import { serverOf } from './url.ts';
import { shortType } from './types.ts';

export interface QueryAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Every value as Postgres writes it, times in UTC. */
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Asks one question on a connection of its own, which cannot write. */
export async function queryPostgres(url: string, sql: string): Promise<QueryAnswer> {
  const { config, server, user } = serverOf(url);
  const client = new Client({ ...config, options: '-c default_transaction_read_only=on -c timezone=UTC' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { fields, rows } = await client.query<(string | null)[]>({
      text: sql,
      rowMode: 'array',
      types: { getTypeParser: () => (text: string) => text },
    });
    const types = await client.query<{ name: string }>(
      'select format_type(oid, null) as name from unnest($1::oid[]) with ordinality as t (oid, place) order by place',
      [fields.map((field) => field.dataTypeID)],
    );
    const nameOf = (place: number): string => shortType(types.rows[place]?.name ?? 'unknown');
    return { columns: fields.map(({ name }, place) => ({ name, type: nameOf(place) })), rows };
  } catch (error) {
    throw refusal(error, { server, user, schema: '' });
  } finally {
    await client.end().catch(() => undefined);
  }
}
