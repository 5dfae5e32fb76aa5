import { Client, DatabaseError } from 'pg';
import { searchFor } from './search.ts';
import { rememberedSecrets } from './secrets.ts';

/** Where a database holds a secret that something was given in this file of tests: in rows, comments or names. */
export async function secretsInDatabase(url: string): Promise<readonly string[]> {
  if (rememberedSecrets().size === 0) return [];
  // What somebody has locked and left behind is in the server's files, which are searched when all tests are over.
  const client = new Client({ connectionString: url, options: '-c lock_timeout=1000' });
  await client.connect();
  try {
    return await searched(client);
  } finally {
    await client.end();
  }
}

async function searched(client: Client): Promise<readonly string[]> {
  const search = searchFor(rememberedSecrets());
  const tables = await lines(
    client,
    `select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'm') and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'`,
  );
  const places: [string, string][] = (tables ?? []).map((table) => [
    `table ${table}`,
    `select t::text from ${table} t`,
  ]);
  places.push(['comments', `select description from pg_description where objoid >= ${firstOwn}`]);
  places.push(['names', `select attname::text from pg_attribute where attrelid >= ${firstOwn}`]);
  const all = places.map(([, sql]) => `(${sql})`).join(' union all ');
  // Asked at once, which is quicker; where something is found or locked, one by one.
  const text = await lines(client, all);
  if (text !== undefined && search(text.join('\n')).length === 0) return [];
  const found: string[] = [];
  for (const [where, sql] of places) {
    const ways = search(((await lines(client, sql)) ?? []).join('\n'));
    found.push(...ways.map((way) => `${where} of the database has ${way}`));
  }
  return found;
}

/** What Postgres brings itself has lower numbers (Postgres docs, System Catalog Initial Data). */
const firstOwn = 16_384;

const lockNotAvailable = '55P03';

/** Nothing where a table is locked. */
async function lines(client: Client, text: string): Promise<string[] | undefined> {
  try {
    const { rows } = await client.query<[string | null]>({ text, rowMode: 'array' });
    return rows.map(([line]) => line ?? '');
  } catch (error) {
    if (error instanceof DatabaseError && error.code === lockNotAvailable) return undefined;
    throw error;
  }
}
