import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import type { Row, Table } from '../../../src/table.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import { batch, commit, firm, firms, links, people, person, prepare, upsert } from '../laws/world.ts';
import { postgresSubject, quoted, schema } from './subject.ts';

const secret = 'ada@example.org';
const target = `${quoted(schema)}.people`;

it('says of a refused row which table and column and why, but none of its values', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  await database.query(`alter table ${target} add constraint short check (length(name) < 100)`);
  await database.query(`create unique index on ${target} (name)`);
  await commit(warehouse, upsert([person({ id: '1', name: secret })]));
  const cases: readonly { readonly row: Row; readonly code: string; readonly detail?: object }[] = [
    { row: person({ id: '2', amount: secret }), code: '22P02', detail: { column: 'amount' } },
    { row: person({ id: '2', seen: secret }), code: '22007', detail: { column: 'seen' } },
    { row: person({ id: '2', extra: `{"a":"${secret}"` }), code: '22P02', detail: { column: 'extra' } },
    { row: person({ id: '2', name: secret.repeat(20) }), code: '23514', detail: { constraint: 'short' } },
    { row: person({ id: '2', name: secret }), code: '23505', detail: { constraint: 'people_name_idx' } },
  ];
  for (const { row, code, detail } of cases) {
    const error: unknown = await warehouse
      .commit(batch([upsert([row])], 1))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'warehouse_refused',
      verdict: 'retry',
      details: { code, table: 'people', ...detail },
      message: expect.stringContaining('people') as string,
    });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  }
  expect(await warehouse.checkpoint('people')).toMatchObject({ version: 1 });
});

it('says nothing of what a trigger of the user raises', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  await database.query(
    `create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no %', new.label; end $$`,
  );
  await database.query(
    `create trigger refuse before insert on ${quoted(schema)}.links for each row execute function refuse()`,
  );
  const error: unknown = await warehouse
    .commit(batch([upsert([['deal', '1', '2', secret]], links)], 0))
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'warehouse_refused', details: { code: 'P0001', table: 'links' } });
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(secret);
  expect(people.name).toBe('people');
});

it('keeps no value of a purged record in any table of either schema', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  const full = { name: secret, tags: [secret], extra: JSON.stringify({ a: secret }) };
  const rows = [firm({ id: '1', ...full }), firm({ id: '2', ...full, mergedIntoId: '1' })];
  await commit(warehouse, upsert(rows, firms));
  const retyped: Table = {
    ...firms,
    columns: firms.columns
      .filter(({ name }) => name !== 'tags')
      .map((column) => (column.name === 'name' ? { ...column, type: 'json' } : column)),
  };
  await prepare(warehouse, [retyped]);
  await database.query(
    `alter table ${quoted(schema)}.firms add column note text, add column shout text generated always as (upper(name__was_text)) stored`,
  );
  await database.query(`update ${quoted(schema)}.firms set note = $1`, [secret]);
  await commit(warehouse, upsert([['firms', '2', '7', secret]], links));
  expect(await tablesThatSay(database, secret)).toEqual([
    `${quoted(schema)}.firms`,
    `${quoted(schema)}.links`,
  ]);
  await commit(warehouse, {
    kind: 'purge',
    table: retyped,
    ids: ['1'],
    deletedAt: '2026-02-01T00:00:00.000Z',
    held: [{ table: 'links', objectColumn: 'from_type', idColumn: 'from_id' }],
  });
  expect(await tablesThatSay(database, secret)).toEqual([]);
});

/** Searches all columns of all tables, Keyway's own ones too. */
async function tablesThatSay(database: TestDatabase, text: string): Promise<readonly string[]> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ($1, 'keyway') order by 1`,
    [schema],
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await database.query(`select from ${name} t where t::text ilike '%' || $1 || '%'`, [text]);
    if (rows.length > 0) found.push(name);
  }
  return found;
}
