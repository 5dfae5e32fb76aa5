import { beforeEach, expect, it } from 'vitest';
import type { Source } from '../../src/source.ts';
import type { SyncWorld } from '../support/sync-world.ts';
import { account, hour, shoeSize } from './filling.ts';

/** The real tables: what people do to properties in HubSpot, and what of it is found here. */
let world: SyncWorld;
beforeEach(async () => {
  world = await account({ contacts: 40 });
  await world.sync({ only: ['contacts'] });
  await syncDefinitions();
});

const only = ['properties', 'contacts', 'owners'];

async function syncDefinitions(around?: (source: Source) => Source): Promise<void> {
  world.sandbox.clock.advance(hour);
  const runs = await world.sync({ only, ...(around && { around: { source: around } }) });
  expect(runs.map(({ outcome }) => outcome)).toEqual(runs.map(() => 'complete'));
}

async function logged(): Promise<readonly Record<string, unknown>[]> {
  const { rows } = await world.client.query<Record<string, unknown>>(
    `select kind, table_name as table, property, column_name as column, detail
       from "${world.schema}_keyway".schema_changes where property is not null order by id`,
  );
  return rows;
}

async function definition(name: string): Promise<Record<string, unknown> | undefined> {
  const rows = await world.tables.rows('properties');
  return rows.find((row) => row['object_type'] === 'contacts' && row['name'] === name);
}

it('the first sight of an object logs its table, and none of its properties', async () => {
  const { rows } = await world.client.query<{ kind: string; entries: number }>(
    `select kind, count(*)::int as entries from "${world.schema}_keyway".schema_changes group by kind`,
  );
  expect(rows.map(({ kind }) => kind)).toEqual(['create_table']);
});

it('a new label reaches comment, dictionary and log', async () => {
  const old = await definition('jobtitle');
  world.sandbox.world.relabel('contacts', 'jobtitle', "What she's called");
  await syncDefinitions();
  expect(await definition('jobtitle')).toMatchObject({ label: "What she's called" });
  const { rows } = await world.client.query<{ comment: string }>(
    `select col_description('"${world.schema}".contacts'::regclass, attnum) as comment from pg_attribute
      where attrelid = '"${world.schema}".contacts'::regclass and attname = 'jobtitle'`,
  );
  expect(rows[0]?.comment).toContain("What she's called");
  const detail = { label: { from: old!['label'], to: "What she's called" } };
  const where = { table: 'contacts', property: 'jobtitle', column: 'jobtitle' };
  expect(await logged()).toEqual([{ kind: 'relabel_property', ...where, detail }]);
  await syncDefinitions();
  expect(await logged()).toHaveLength(1);
});

it('options that are added, removed and renamed are one entry', async () => {
  const [a, b, c] = ['s', 'm', 'l'].map((value) => ({ value, label: `Size ${value}` }));
  const size = { name: 'size', type: 'enumeration', fieldType: 'select' };
  world.sandbox.world.addProperty('contacts', { ...size, options: [a!, b!] });
  await syncDefinitions();
  world.sandbox.world.setOptions('contacts', 'size', [{ value: 's', label: 'Small' }, c!]);
  await syncDefinitions();
  const where = { table: 'contacts', property: 'size', column: 'size' };
  expect(await logged()).toEqual([
    {
      kind: 'add_property',
      ...where,
      detail: { label: expect.any(String) as string, type: 'enumeration', field_type: 'select' },
    },
    {
      kind: 'change_options',
      ...where,
      detail: {
        added: [{ value: 'l', label: 'Size l' }],
        removed: [{ value: 'm', label: 'Size m' }],
        renamed: [{ value: 's', from: 'Size s', to: 'Small' }],
      },
    },
  ]);
  const options = (await world.tables.rows('property_options'))
    .filter((row) => row['object_type'] === 'contacts' && row['name'] === 'size')
    .map((row) => `${String(row['value'])}: ${String(row['label'])}`);
  expect(new Set(options)).toEqual(new Set(['l: Size l', 's: Small']));
});

it('what the settings hide from now on takes its options along, in the log too', async () => {
  const { world: people, clock } = world.sandbox;
  const who = { name: 'who', type: 'enumeration', fieldType: 'select' };
  people.addProperty('contacts', { ...who, options: [{ value: '1', label: 'Ada Lovelace' }] });
  await syncDefinitions();
  people.setOptions('contacts', 'who', [{ value: '2', label: 'Grace Hopper' }]);
  await syncDefinitions();
  const rules = { properties: { contacts: { exclude: ['who'] } } };
  for (const given of [rules, {}]) {
    clock.advance(hour);
    await world.sync({ only, rules: given });
    const entries = await logged();
    expect(JSON.stringify(entries)).not.toMatch(/Lovelace|Hopper/);
  }
  expect((await logged()).map(({ kind, detail }) => [kind, detail]).slice(1)).toEqual([
    ['change_options', null],
    ['hide_property', { treatment: { from: '', to: 'excluded' } }],
    ['show_property', { treatment: { from: 'excluded', to: '' } }],
  ]);
  expect(await world.differences(['contacts'])).toEqual([]);
});

it('archived, restored, deleted for good and made anew: the dictionary knows, and the log tells', async () => {
  const { world: people } = world.sandbox;
  people.addProperty('contacts', { ...shoeSize, type: 'enumeration', options: [{ value: '9', label: '9' }] });
  await syncDefinitions();
  const steps: readonly (() => void)[] = [
    () => people.archiveProperty('contacts', 'shoe_size'),
    () => people.restoreProperty('contacts', 'shoe_size'),
    () => people.deleteProperty('contacts', 'shoe_size'),
    () => people.addProperty('contacts', shoeSize),
    () => people.retype('contacts', 'shoe_size', { type: 'string', fieldType: 'text' }),
  ];
  const seen: unknown[] = [];
  for (const step of steps) {
    step();
    await syncDefinitions();
    const row = await definition('shoe_size');
    seen.push([row!['archived'], row!['_deleted_at'] === null]);
  }
  expect(seen).toEqual([
    ['true', true],
    ['false', true],
    ['false', false],
    ['false', true],
    ['false', true],
  ]);
  expect((await logged()).map(({ kind }) => kind)).toEqual([
    'add_property',
    'archive_property',
    'restore_property',
    'delete_property',
    'recreate_property',
    'retype_property',
  ]);
  expect(await world.differences(['contacts'])).toEqual([]);
});

it('archives are asked for when a property has vanished, and else once a day', async () => {
  let asked: string[] = [];
  const listening = (source: Source): Source => ({
    ...source,
    archivedProperties(object, signal) {
      asked.push(object);
      return source.archivedProperties(object, signal);
    },
  });
  world.sandbox.world.addProperty('contacts', shoeSize);
  await syncDefinitions(listening);
  expect(asked).toEqual([]);
  world.sandbox.world.archiveProperty('contacts', 'shoe_size');
  await syncDefinitions(listening);
  expect(asked).toEqual(['contacts']);
  await syncDefinitions(listening);
  expect(asked).toEqual(['contacts']);
  expect(await definition('shoe_size')).toMatchObject({ archived: 'true', _deleted_at: null });
  asked = [];
  world.sandbox.clock.advance(95 * 24 * hour);
  await syncDefinitions(listening);
  expect(asked).toHaveLength(4);
  expect(await definition('shoe_size')).toMatchObject({ _deleted_at: expect.any(String) as string });
});

it('a property that is restored between the two questions is not taken for deleted', async () => {
  world.sandbox.world.addProperty('contacts', shoeSize);
  await syncDefinitions();
  world.sandbox.world.archiveProperty('contacts', 'shoe_size');
  await syncDefinitions((source) => ({
    ...source,
    async archivedProperties(object, signal) {
      world.sandbox.world.restoreProperty(object, 'shoe_size');
      return source.archivedProperties(object, signal);
    },
  }));
  expect((await logged()).map(({ kind }) => kind)).toEqual(['add_property']);
  expect(await definition('shoe_size')).toMatchObject({ archived: 'false', _deleted_at: null });
});

it('what is logged is logged with the dictionary, or not at all', async () => {
  world.sandbox.world.relabel('contacts', 'jobtitle', 'Post');
  world.sandbox.clock.advance(hour);
  await world.sync({
    only,
    around: {
      warehouse: (real) => ({
        ...real,
        commit: (batch) => real.commit(batch.pipeline === 'properties' ? { ...batch, replaces: 99 } : batch),
      }),
    },
  });
  expect([await logged(), (await definition('jobtitle'))!['label'] === 'Post']).toEqual([[], false]);
  await syncDefinitions();
  expect([await logged(), (await definition('jobtitle'))!['label'] === 'Post']).toEqual([
    [expect.objectContaining({ kind: 'relabel_property' })],
    true,
  ]);
});
