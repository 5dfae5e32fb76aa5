import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/table.ts';
import { packer } from '../../../src/warehouse/bigquery/pack-row.ts';
import { Connection } from '../../../src/warehouse/bigquery/connection.ts';
import { dropStaging, stage } from '../../../src/warehouse/bigquery/staging.ts';
import type { Batch } from '../../../src/warehouse.ts';
import type { Table as TableResource } from '../../support/bigquery/rest.ts';
import { datasetsOf, livePlace } from './place.ts';
import { withLiveWorld } from './live-world.ts';

const world = withLiveWorld();
const { location } = livePlace();
const rows = async (sql: string): Promise<unknown[][]> => world.client.rows(sql, { location });

const table = (name: string, more: Table['columns'] = []): Table => ({
  name,
  description: name,
  key: ['id'],
  columns: [{ name: 'id', type: 'integer', description: 'Id' }, ...more],
});

async function apply(wanted: Table): Promise<void> {
  await world.warehouse.apply(await world.warehouse.differences([wanted]), [wanted]);
}

function first(wanted: Table, row: readonly (string | readonly string[] | null)[]): Batch {
  return {
    pipeline: wanted.name,
    runId: 'live',
    writes: [{ kind: 'upsert', table: wanted, rows: [row] }],
    checkpoint: { phase: 'live', completeUpTo: 1 } as never,
    replaces: 0,
  };
}

describe('tables and values', () => {
  it('(f) a MERGE has room for 2,000 columns', async () => {
    const names = Array.from({ length: 2_000 }, (_, place) => `property_${place}_of_an_ordinary_length`);
    const wide = table(
      'wide',
      names.map((name) => ({ name, type: 'text', description: name })),
    );
    await apply(wide);
    const counts = await world.warehouse.commit(first(wide, ['1', ...names.map((_, place) => `v${place}`)]));
    expect(counts.inserted).toBe(1);
    expect(await rows(`SELECT ${names.at(-1)} FROM ${world.table('wide')}`)).toEqual([['v1999']]);
  });

  it('(h) a new column can be loaded and merged at once', async () => {
    await apply(table('grown'));
    const grown = table('grown', [{ name: 'fresh', type: 'text', description: 'Fresh' }]);
    await apply(grown);
    await world.warehouse.commit(first(grown, ['1', 'new']));
    expect(await rows(`SELECT fresh FROM ${world.table('grown')}`)).toEqual([['new']]);
  });

  it('(j) documents, lists, decimals and instants come back as they went in', async () => {
    const typed = table('typed', [
      { name: 'document', type: 'json', description: 'JSON' },
      { name: 'tags', type: 'text[]', description: 'List' },
      { name: 'amount', type: 'number', description: 'Decimal' },
      { name: 'seen', type: 'timestamp', description: 'Instant' },
    ]);
    await apply(typed);
    const seen = '2026-01-05T08:00:00.123456Z';
    const amount = `${'9'.repeat(29)}.${'1'.repeat(9)}`;
    await world.warehouse.commit(first(typed, ['9007199254740993', '"text"', ['a', 'ü"\n'], amount, seen]));
    const sql = `SELECT id, TO_JSON_STRING(document), TO_JSON_STRING(tags), CAST(amount AS STRING), FORMAT_TIMESTAMP('%E4Y-%m-%dT%H:%M:%E6SZ', seen, 'UTC') FROM ${world.table('typed')}`;
    expect(await rows(sql)).toEqual([
      ['9007199254740993', '"text"', JSON.stringify(['a', 'ü"\n']), amount, seen],
    ]);
  });

  it('(m) documents are equal as texts, whatever the order of their members', async () => {
    const documents = table('documents', [{ name: 'document', type: 'json', description: 'JSON' }]);
    await apply(documents);
    await world.warehouse.commit(first(documents, ['1', '{"b":{"z":1,"y":2},"a":"x"}']));
    const given = `PARSE_JSON('{"a":"x","b":{"y":2,"z":1}}', wide_number_mode=>'round')`;
    expect(
      await rows(
        `SELECT TO_JSON_STRING(document) = TO_JSON_STRING(${given}) FROM ${world.table('documents')}`,
      ),
    ).toEqual([['true']]);
  });

  it('(o) a list is emptied by NULL, and is none where it is empty', async () => {
    const lists = table('lists', [{ name: 'tags', type: 'text[]', description: 'List' }]);
    await apply(lists);
    await world.warehouse.commit(first(lists, ['1', ['a']]));
    await rows(`UPDATE ${world.table('lists')} SET tags = NULL WHERE ARRAY_LENGTH(tags) > 0`);
    expect(await rows(`SELECT ARRAY_LENGTH(tags) FROM ${world.table('lists')}`)).toEqual([['0']]);
  });

  it('(p) rights are told without changing anything', async () => {
    expect(await world.warehouse.check()).toMatchObject({ ok: true, problems: [] });
    const { rows: dataset, state, staging } = world.datasets;
    const before = await datasetsOf(world.client, dataset);
    const fresh = await world.open({
      dataset: `${dataset}_none`,
      stateDataset: `${state}_none`,
      stagingDataset: `${staging}_none`,
    });
    expect(await fresh.check()).toMatchObject({ ok: true, problems: [] });
    expect(await datasetsOf(world.client, dataset)).toEqual(before);
    await expect(
      world.client.request('GET', `/datasets/${dataset}/tables/keyway_check`),
    ).rejects.toMatchObject({ code: 404 });
    const asked = ['bigquery.tables.get', 'bigquery.tables.updateData'];
    const uri = `/datasets/${state}/tables/checkpoints:testIamPermissions`;
    expect(await world.client.request('POST', uri, { body: { permissions: asked } })).toEqual({
      permissions: asked,
    });
  });

  it('(q) numbers in documents are 64-bit integers or doubles, when loaded and when read', async () => {
    const name = 'live-numbers';
    const numbers = table('numbers', [{ name: 'document', type: 'json', description: 'JSON' }]);
    const given = '[9007199254740993,18446744073709551615,-9223372036854775808,0.1,1.5,100]';
    const packed = [packer(numbers)(['1', given])];
    const connection = new Connection(world.options);
    const staged = await stage(connection, { table: numbers, rows: packed, name });
    expect(await rows(`SELECT TO_JSON_STRING(c1) FROM ${staged}`)).toEqual([[given]]);
    await dropStaging(connection, name);
  });

  it('(r) a change of descriptions is refused when the table was changed meanwhile', async () => {
    await apply(table('described'));
    const uri = `/datasets/${world.datasets.rows}/tables/described`;
    const { etag = '', schema } = await world.client.request<TableResource>('GET', uri);
    const patch = (description: string): Promise<unknown> =>
      world.client.request('PATCH', uri, {
        body: { description, schema },
        headers: { 'If-Match': etag },
      });
    await patch('one');
    await expect(patch('two')).rejects.toMatchObject({ code: 412 });
  });

  it('(s) one ALTER adds, renames or relaxes several columns', async () => {
    const strict = table('altered', [
      { name: 'a', type: 'text', description: 'A', required: true },
      { name: 'b', type: 'text', description: 'B' },
    ]);
    await apply({ ...strict, version: 'b' });
    const target = world.table('altered');
    for (const action of [
      `ADD COLUMN IF NOT EXISTS c STRING OPTIONS(description='C'), ADD COLUMN IF NOT EXISTS d ARRAY<STRING> OPTIONS(description='It\\'s'), ADD COLUMN IF NOT EXISTS e JSON OPTIONS(description='E')`,
      'RENAME COLUMN b TO b__was_string, RENAME COLUMN c TO b',
      'ALTER COLUMN a DROP NOT NULL',
    ]) {
      const job = await world.client.query(`ALTER TABLE ${target} ${action}`, { location });
      expect(job.status?.errorResult).toBeUndefined();
    }
    expect([...((await world.warehouse.columns('altered'))?.types ?? [])]).toEqual([
      ['id', 'integer'],
      ['a', 'text'],
      ['b__was_string', 'text'],
      ['_synced_at', 'timestamp'],
      ['b', 'text'],
      ['d', 'text[]'],
      ['e', 'json'],
    ]);
  });

  it('(w) a table that was dropped and made again tells another time of creation, and can be written at once', async () => {
    const { state } = world.datasets;
    const uri = `/datasets/${state}/tables/leases`;
    const lease = { name: 'live', holder: 'host/1/a', label: 'live', ttl: 60_000 };
    expect(await world.warehouse.takeLease(lease)).toEqual({ granted: true });
    const before = await world.client.request<TableResource>('GET', uri);
    await world.client.request('DELETE', uri);
    const { schema } = before;
    await world.client.request('POST', `/datasets/${state}/tables`, {
      body: { tableReference: { tableId: 'leases' }, schema },
    });
    const after = await world.client.request<TableResource>('GET', uri);
    expect(after.creationTime).not.toBe(before.creationTime);
    expect(await world.warehouse.takeLease(lease)).toEqual({ granted: true });
  });
});
