import { expect, it } from 'vitest';
import type { Table } from '../../../src/table.ts';
import { silentLog, type Log } from '../../../src/service.ts';
import { commit, people, person, prepare, upsert } from '../laws/world.ts';
import { openAt, postgresSubject, quoted, schema } from './subject.ts';

const target = `${quoted(schema)}.people`;

it('leaves views, their rows and a user’s own columns alone whatever happens to the table', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  await commit(warehouse, upsert([person({ id: '1', name: 'Ada', amount: '5' })]));
  await database.query(`create view mine as select id, name, amount from ${target}`);
  await database.query(`create materialized view ours as select * from ${target}`);
  await database.query(`alter table ${target} add column note text default 'mine'`);
  const seen = async (): Promise<unknown> => database.query('select id, name, amount from mine');
  const retyped: Table = {
    ...people,
    description: 'Changed',
    columns: people.columns.map((column) =>
      column.name === 'name' || column.name === 'amount'
        ? { ...column, type: 'json', description: 'New' }
        : column,
    ),
  };
  await prepare(warehouse, [retyped]);
  expect(await seen()).toEqual([{ id: '1', name: 'Ada', amount: '5' }]);
  await commit(warehouse, { kind: 'replace', table: retyped, rows: [person({ id: '2' })] });
  expect(await database.query('select id from mine')).toEqual([{ id: '2' }]);
  expect(await database.query('select name from ours')).toEqual([{ name: 'Ada' }]);
  expect(await database.query(`select note from ${target}`)).toEqual([{ note: 'mine' }]);
});

it('counts what is there, and tells of a trigger of the user that keeps rows out', async () => {
  const { database, read } = await postgresSubject();
  const told: unknown[] = [];
  const log: Log = { ...silentLog, warn: (facts, message) => void told.push({ ...facts, message }) };
  const warehouse = await prepare(await openAt(database.url, { log }));
  await commit(warehouse, upsert([person({ id: '1', name: 'Ada' })]));
  await database.query(
    `create function public.sift() returns trigger language plpgsql as
       $$ begin return case when new.name = 'No' then null else new end; end $$;
     create trigger sift before insert or update on ${target} for each row execute function public.sift()`,
  );
  const rows = [person({ id: '1', name: 'No' }), person({ id: '2', name: 'No' }), person({ id: '3' })];
  expect(await commit(warehouse, upsert(rows))).toMatchObject({ inserted: 1, updated: 0, unchanged: 1 });
  expect(told).toEqual([
    { table: 'people', rows: 1, message: expect.stringContaining('a trigger') as string },
  ]);
  expect(await read(people)).toEqual([person({ id: '1', name: 'Ada' }), person({ id: '3' })]);
  await database.query(`drop trigger sift on ${target}`);
  expect(await commit(warehouse, upsert(rows))).toMatchObject({ inserted: 1, updated: 1, unchanged: 1 });
});

it('refuses a table that a rule of the user leads elsewhere', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  await database.query(`create rule elsewhere as on insert to ${target} do instead nothing`);
  const refused = commit(warehouse, upsert([person({ id: '1' })]));
  await expect(refused).rejects.toMatchObject({ code: 'warehouse_refused', details: { table: 'people' } });
  await expect(refused).rejects.toThrow('people');
});

it('lets a required column that changed its type go, so that new rows may leave it empty', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open());
  const columns = people.columns.map((column) =>
    column.name === '_archived' ? ({ ...column, type: 'text' } as const) : column,
  );
  await prepare(warehouse, [{ ...people, columns }]);
  await commit(warehouse, upsert([person({ id: '1' })], { ...people, columns }));
  expect(await database.query(`select _archived, _archived__was_boolean from ${target}`)).toEqual([
    { _archived: 'false', _archived__was_boolean: null },
  ]);
});

it('logs each change of a table with the old name and type', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open(), [people]);
  const columns = people.columns.map((column) =>
    column.name === 'name' ? ({ ...column, type: 'text[]' } as const) : column,
  );
  await prepare(warehouse, [{ ...people, columns }]);
  expect(
    await database.query(
      'select kind, table_name, column_name, old_type, new_type, renamed_to from keyway.schema_changes order by id',
    ),
  ).toEqual([
    {
      kind: 'create_table',
      table_name: 'people',
      column_name: null,
      old_type: null,
      new_type: null,
      renamed_to: null,
    },
    {
      kind: 'retype_column',
      table_name: 'people',
      column_name: 'name',
      old_type: 'text',
      new_type: 'text[]',
      renamed_to: 'name__was_text',
    },
  ]);
});

it('cuts the name of a retyped column at 63 bytes, between characters, and never takes one that exists', async () => {
  const { open, database } = await postgresSubject();
  const long = `${'ä'.repeat(31)}b`;
  const table = (type: 'text' | 'number'): Table => ({
    ...people,
    columns: [...people.columns.slice(0, 1), { name: long, type, description: '' }],
  });
  const warehouse = await prepare(await open(), [table('text')]);
  await database.query(`alter table ${target} add column ${quoted(`${'ä'.repeat(26)}__was_text`)} text`);
  const [change] = await warehouse.differences([table('number')]);
  expect(change).toMatchObject({ renamedTo: `${'ä'.repeat(25)}__was_text_2` });
  await prepare(warehouse, [table('number')]);
  expect(await warehouse.differences([table('number')])).toEqual([]);
});

it('gives up on a table that somebody has locked, names who, and succeeds once it is free', async () => {
  const { open, database } = await postgresSubject();
  await prepare(await open());
  const warehouse = await openAt(database.url, { lockTimeout: 20 });
  const wider: Table = {
    ...people,
    columns: [...people.columns, { name: 'more', type: 'text', description: '' }],
  };
  await database.query(`set application_name = 'a slow report'`);
  await database.query('begin');
  await database.query(`select from ${target}`);
  const blocked = prepare(warehouse, [wider]);
  await expect(blocked).rejects.toMatchObject({ code: 'warehouse_unavailable', verdict: 'retry' });
  await expect(blocked).rejects.toThrow('a slow report');
  await database.query('commit');
  await prepare(warehouse, [wider]);
  expect(await warehouse.differences([wider])).toEqual([]);
});

it('refuses a name that belongs to a view, a key of another type, and more columns than a table can have', async () => {
  const { open, database } = await postgresSubject();
  const warehouse = await prepare(await open(), []);
  await database.query(`create view ${target} as select 1 as id`);
  await expect(warehouse.differences([people])).rejects.toMatchObject({ code: 'warehouse_refused' });
  await database.query(`drop view ${target}; create table ${target} (id text primary key)`);
  await expect(warehouse.differences([people])).rejects.toThrow('key column id');
  await database.query(`drop table ${target}`);
  await prepare(warehouse, [people]);
  const many = Array.from(
    { length: 1_600 },
    (_, index) => ({ name: `c${index}`, type: 'text', description: '' }) as const,
  );
  const tooWide = { ...people, columns: [...people.columns, ...many] };
  await expect(warehouse.differences([tooWide])).rejects.toThrow('1600 columns');
});

it('merges rows of 1,500 columns', async () => {
  const { open } = await postgresSubject();
  const names = Array.from({ length: 1_500 }, (_, index) => `column ${index}`);
  const columns = ['id', ...names].map((name) => ({ name, type: 'integer', description: '' }) as const);
  const wide: Table = { name: 'wide', description: '', key: ['id'], columns };
  const warehouse = await prepare(await open(), [wide]);
  const row = columns.map((_, index) => (index % 3 === 0 ? String(index) : null));
  expect(await commit(warehouse, upsert([row], wide))).toMatchObject({ inserted: 1 });
  const changed = row.map((cell, index) => (index === 1_500 ? '7' : cell));
  expect(await commit(warehouse, upsert([changed], wide))).toMatchObject({ updated: 1 });
  expect(await commit(warehouse, upsert([changed], wide))).toMatchObject({ unchanged: 1 });
});
