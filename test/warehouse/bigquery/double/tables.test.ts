import { describe, expect, it } from 'vitest';
import type { Table, TableField } from '../../../support/bigquery/rest.ts';
import { idOf, withDouble } from './world.ts';

const world = withDouble();

function make(tableId: string, more: Partial<Table> = {}): Promise<Table> {
  const schema = { fields: [{ name: 'id', type: 'INT64' }] };
  return world.client.request('POST', '/datasets/d/tables', {
    body: { tableReference: { tableId }, schema, ...more },
  });
}

function get(tableId: string): Promise<Table> {
  return world.client.request('GET', `/datasets/d/tables/${tableId}`);
}

function patch(tableId: string, body: Table, etag?: string): Promise<Table> {
  const headers = etag === undefined ? {} : { 'if-match': etag };
  return world.client.request('PATCH', `/datasets/d/tables/${tableId}`, { body, headers });
}

describe('datasets', () => {
  it('are made once, and found', async () => {
    const body = { datasetReference: { datasetId: 'twice' }, location: 'EU', labels: { app: 'keyway' } };
    await world.client.request('POST', '/datasets', { body });
    await expect(world.client.request('POST', '/datasets', { body })).rejects.toMatchObject({
      code: 409,
      errors: [{ reason: 'duplicate' }],
    });
    expect(await world.client.request('GET', '/datasets/twice')).toMatchObject(body);
    await expect(world.client.request('GET', '/datasets/none')).rejects.toMatchObject({
      code: 404,
      message: 'Not found: Dataset p:none',
    });
  });

  it('let their tables expire', async () => {
    const body = {
      datasetReference: { datasetId: 'brief' },
      location: 'EU',
      defaultTableExpirationMs: '3600000',
    };
    await world.client.request('POST', '/datasets', { body });
    const table = { tableReference: { tableId: 't' }, schema: { fields: [{ name: 'id', type: 'INT64' }] } };
    const made = await world.client.request<Table>('POST', '/datasets/brief/tables', { body: table });
    expect(Number(made.expirationTime) - Number(made.creationTime)).toBeCloseTo(3_600_000, -2);
    world.double.clock.advance(3_599_000);
    expect(await world.client.rows('SELECT id FROM `p.brief.t`')).toEqual([]);
    world.double.clock.advance(2_000);
    await expect(world.client.rows('SELECT id FROM `p.brief.t`')).rejects.toThrow(
      'Not found: Table p:brief.t',
    );
    await world.client.request('POST', '/datasets/brief/tables', { body: table });
  });
});

describe('tables', () => {
  it('are made once, and deleted once', async () => {
    await make('once');
    await expect(make('once')).rejects.toMatchObject({ code: 409, errors: [{ reason: 'duplicate' }] });
    await world.client.request('DELETE', '/datasets/d/tables/once');
    await expect(world.client.request('DELETE', '/datasets/d/tables/once')).rejects.toMatchObject({
      code: 404,
    });
    await expect(get('once')).rejects.toMatchObject({ code: 404, message: 'Not found: Table p:d.once' });
    await expect(
      world.client.request('POST', '/datasets/none/tables', { body: { tableReference: { tableId: 't' } } }),
    ).rejects.toMatchObject({ code: 404 });
    await make('once');
  });

  it('are made by one of several that make them at once, and are whole for the others', async () => {
    const outcomes = await Promise.all(
      [1, 2, 3].map(async () => {
        const outcome = await make('race').then(
          () => 'made',
          (error: unknown) => (error as { code: number }).code,
        );
        await world.client.rows('SELECT id FROM `p.d.race`');
        return outcome;
      }),
    );
    expect(outcomes.filter((outcome) => outcome === 'made')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 409)).toHaveLength(2);
  });

  it('tell what they are and hold', async () => {
    const fields: TableField[] = [
      { name: 'id', type: 'INT64', mode: 'REQUIRED', description: 'Record id' },
      { name: 'name', type: 'STRING' },
      { name: 'tags', type: 'STRING', mode: 'REPEATED' },
    ];
    const more = {
      description: 'All',
      labels: { app: 'keyway' },
      clustering: { fields: ['id'] },
      schema: { fields },
    };
    await make('told', more);
    await world.client.query(
      "INSERT INTO `p.d.told` (id, name, tags) VALUES (1, 'é', ['a', 'bc']), (2, NULL, [])",
    );
    expect(await get('told')).toMatchObject({
      ...more,
      schema: {
        fields: [
          { name: 'id', type: 'INTEGER', mode: 'REQUIRED', description: 'Record id' },
          { name: 'name', type: 'STRING', mode: 'NULLABLE' },
          { name: 'tags', type: 'STRING', mode: 'REPEATED' },
        ],
      },
      location: 'EU',
      numRows: '2',
      // Two numbers; a text of two bytes, and two more; two texts in an array, of 3 and 4.
      numBytes: String(8 + 8 + 4 + 3 + 4),
    });
  });

  it('have columns of different names, case apart, and of allowed ones', async () => {
    const named = (...names: string[]): Promise<Table> =>
      make('names', { schema: { fields: names.map((name) => ({ name, type: 'STRING' })) } });
    await expect(named('a', 'A')).rejects.toMatchObject({ code: 400 });
    for (const name of [
      '',
      'a.b',
      'a`b',
      'a"b',
      '_TABLE_x',
      '_partition',
      '__root__',
      '_CHANGE_TYPE',
      'x'.repeat(301),
    ])
      await expect(named(name), name).rejects.toMatchObject({ code: 400 });
    await named('a', '_b', 'Straße & more');
  });

  it('take patches with the right etag: descriptions, new columns, relaxed ones', async () => {
    const id: TableField = { name: 'id', type: 'INT64', mode: 'REQUIRED' };
    const { etag = '' } = await make('patched', { schema: { fields: [id] } });
    await world.client.query('INSERT INTO `p.d.patched` (id) VALUES (1)');
    const relaxed: TableField[] = [
      { name: 'id', type: 'INT64', description: 'new' },
      { name: 'tags', type: 'STRING', mode: 'REPEATED' },
    ];
    const patched = await patch('patched', { schema: { fields: relaxed }, description: 'text' }, etag);
    expect(patched).toMatchObject({
      description: 'text',
      schema: { fields: [{ name: 'id', mode: 'NULLABLE', description: 'new' }, { name: 'tags' }] },
    });
    await expect(patch('patched', { description: 'other' }, etag)).rejects.toMatchObject({ code: 412 });
    await world.client.rows('INSERT INTO `p.d.patched` (id) VALUES (NULL)');
    expect(await world.client.rows('SELECT id, ARRAY_LENGTH(tags) FROM `p.d.patched` ORDER BY id')).toEqual([
      [null, '0'],
      ['1', '0'],
    ]);
  });

  it('refuse any other change of their shape', async () => {
    await make('fixed', {
      schema: {
        fields: [
          { name: 'a', type: 'INT64' },
          { name: 'b', type: 'STRING' },
        ],
      },
    });
    const a: TableField = { name: 'a', type: 'INT64' };
    const b: TableField = { name: 'b', type: 'STRING' };
    const refused: readonly (readonly TableField[])[] = [
      [a],
      [a, { ...b, type: 'INT64' }],
      [{ ...a, mode: 'REQUIRED' }, b],
      [a, { ...b, mode: 'REPEATED' }],
      [a, b, { name: 'c', type: 'STRING', mode: 'REQUIRED' }],
    ];
    for (const fields of refused)
      await expect(patch('fixed', { schema: { fields: [...fields] } })).rejects.toMatchObject({ code: 400 });
  });

  it('have their metadata changed five times in ten seconds, rows as often as wanted', async () => {
    const { etag } = await make('quota');
    for (const description of ['1', '2', '3']) await patch('quota', { description });
    for (let i = 0; i < 4; i += 1) await world.client.rows('UPDATE `p.d.quota` SET id = 1 WHERE TRUE');
    const error = { code: 403, errors: [{ reason: 'rateLimitExceeded' }] };
    await expect(patch('quota', { description: '4' }, etag)).rejects.toMatchObject({ code: 412 });
    await expect(patch('quota', { description: '4' })).rejects.toMatchObject(error);
    const { status } = await world.client.query('ALTER TABLE `p.d.quota` ADD COLUMN c STRING');
    expect(status?.errorResult).toMatchObject({ reason: 'rateLimitExceeded' });
    world.double.clock.advance(10_000);
    await patch('quota', { description: '4' });
  });
});

describe('ALTER TABLE', () => {
  it('adds, renames and relaxes columns, many at once', async () => {
    const t = await world.table("(1, 'a')");
    await world.client.rows(
      `ALTER TABLE ${t} ADD COLUMN IF NOT EXISTS \`more\` ARRAY<STRING> OPTIONS(description='it\\'s new'), ADD COLUMN IF NOT EXISTS NAME JSON`,
    );
    await world.client.rows(`ALTER TABLE ${t} RENAME COLUMN name TO former, RENAME COLUMN tags TO name`);
    world.double.clock.advance(10_000);
    await world.client.rows(`ALTER TABLE ${t} ALTER COLUMN id DROP NOT NULL`);
    expect((await get(idOf(t))).schema?.fields).toEqual([
      { name: 'id', type: 'INTEGER', mode: 'NULLABLE' },
      { name: 'former', type: 'STRING', mode: 'NULLABLE' },
      { name: 'name', type: 'STRING', mode: 'REPEATED' },
      { name: 'more', type: 'STRING', mode: 'REPEATED', description: "it's new" },
    ]);
    expect(await world.client.rows(`SELECT former, ARRAY_LENGTH(more) FROM ${t}`)).toEqual([['a', '0']]);
  });

  it('adds lists and other columns at once to a table that has rows', async () => {
    const t = await world.table("(1, 'a')");
    await world.client.rows(
      `ALTER TABLE ${t} ADD COLUMN more ARRAY<STRING>, ADD COLUMN numbers ARRAY<INT64>, ADD COLUMN last STRING`,
    );
    await world.client.rows(`INSERT INTO ${t} (id, numbers) VALUES (2, [7])`);
    expect(
      await world.client.rows(
        `SELECT id, ARRAY_LENGTH(more), ARRAY_LENGTH(numbers), last FROM ${t} ORDER BY id`,
      ),
    ).toEqual([
      ['1', '0', '0', null],
      ['2', '0', '1', null],
    ]);
  });

  it('does all of it or nothing', async () => {
    const t = await world.table();
    await expect(
      world.client.rows(`ALTER TABLE ${t} ADD COLUMN one STRING, ADD COLUMN name STRING`),
    ).rejects.toThrow(/already exists/);
    expect((await get(idOf(t))).schema?.fields).toHaveLength(3);
  });

  it('leaves clustering columns their names', async () => {
    await make('clustered', { clustering: { fields: ['id'] } });
    await expect(world.client.rows('ALTER TABLE `p.d.clustered` RENAME COLUMN id TO x')).rejects.toThrow(
      /clustering/,
    );
  });
});
