import type { Column, Table } from '../../src/table.ts';
import type { Warehouse, Write } from '../../src/warehouse.ts';
import { propertiesOf, rowOf } from './generated-tables.ts';
import { commit, links, monday, prepare, stages, tuesday } from './laws/world.ts';

const gone = '2026-02-01T00:00:00.000Z';

/** Everything that the port can be asked to do with an object's table, in every form that may make another statement. */
export async function everyOperation(warehouse: Warehouse, table: Table): Promise<void> {
  await prepare(warehouse, [table, links, stages]);
  await everyWrite(warehouse, table);
  await everyQuestion(warehouse, table);
  // A table that is wider than Keyway makes them gets no column more.
  if (table.columns.length < warehouse.limits.columns - 5) await everyChange(warehouse, table);
}

async function everyWrite(warehouse: Warehouse, table: Table): Promise<void> {
  const rows = ['1', '2', '3', '9007199254740993'].map((id) => rowOf(table, { id, _extra: '{"k":1}' }));
  await commit(warehouse, { kind: 'upsert', table, rows });
  const packed = rows.map(warehouse.packer(table));
  await commit(warehouse, { kind: 'upsert', table, rows: packed }, ...replacements());
  const { version } = await warehouse.checkpoint('people');
  await warehouse.commit({
    pipeline: 'people',
    runId: 'run',
    writes: [],
    checkpoint: { kind: 'snapshot', takenAt: 1 },
    replaces: version,
    definitionChanges: [
      { kind: 'add_property', table: table.name, column: 'x', property: 'x', detail: { type: 'string' } },
      { kind: 'delete_property', table: table.name, property: 'y' },
      { kind: 'hide_property', table: table.name, column: 'z', property: 'z' },
    ],
  });
  for (const write of changesOf(table)) await commit(warehouse, write);
  await commit(warehouse, ...changesOf(table));
}

function replacements(): readonly Write[] {
  const rows = [['deal', '1', '7', "it's"]];
  const within = { from_type: 'deal' };
  const parents = { column: 'from_id', ids: ['1', '2'] };
  const range = { column: 'to_id', after: '1', upTo: '99' };
  const scopes = [
    {},
    { within },
    { within, parents },
    { within, parents, range },
    { range: { column: 'to_id' } },
  ];
  return [
    ...scopes.map((scope): Write => ({ kind: 'replace', table: links, rows, ...scope })),
    { kind: 'replace', table: links, rows: [], within },
    { kind: 'replace', table: stages, rows: [['a', 'A', null]], closedAt: monday },
    { kind: 'replace', table: stages, rows: [], closedAt: tuesday },
  ];
}

function changesOf(table: Table): readonly Write[] {
  const properties = propertiesOf(table);
  const some = table.columns.filter(
    ({ name }) =>
      ['id', '_updated_at', '_extra'].includes(name) || properties.slice(0, 20).some((p) => p.name === name),
  );
  const refreshed: Table = { ...table, columns: some };
  const bare: Table = { ...table, columns: some.filter(({ name }) => name !== '_extra') };
  const columns = new Map([
    ...properties.map(({ name }): [string, string] => [name, `p ${name}`]),
    ['nowhere', 'k'],
  ]);
  const held = [
    { table: 'links', objectColumn: 'from_type', idColumn: 'from_id' },
    { table: 'nowhere', objectColumn: 'from_type', idColumn: 'from_id' },
  ];
  return [
    {
      kind: 'refresh',
      table: refreshed,
      rows: [rowOf(refreshed, { id: '1', _extra: '{"n":1}' })],
      misfits: ['k'],
    },
    { kind: 'refresh', table: bare, rows: [rowOf(bare, { id: '1' })], misfits: [] },
    {
      kind: 'close',
      table,
      closures: [
        { id: '2', deletedAt: gone },
        { id: '3', deletedAt: gone, mergedIntoId: '1' },
      ],
    },
    { kind: 'clear', table, columns, ids: ['1', '9'] },
    { kind: 'purge', table, ids: ['1'], deletedAt: gone, held, inBin: true },
    { kind: 'purge', table, ids: ['2', '3'], deletedAt: gone, held },
    { kind: 'purge', table: { ...table, name: 'nowhere' }, ids: ['2'], deletedAt: gone, held },
  ];
}

async function everyQuestion(warehouse: Warehouse, table: Table): Promise<void> {
  const { name } = table;
  const properties = propertiesOf(table).map((property) => property.name);
  const created = { column: '_created_at', from: 0, until: 9e12 };
  const ids = { table: name, chunk: 2 };
  const telling = { open: [...properties, 'nowhere'], closed: ['id', ...properties] };
  const fullness = { columns: [...properties, 'nowhere'], members: ['k', "it's"] };
  for (const state of ['living', 'archived', 'open', 'any'] as const)
    await drained(warehouse.ids({ ...ids, state }));
  for (const more of [
    { after: '1', upTo: '99' },
    { writtenSince: 1 },
    { among: ['1', '2'] },
    { created },
    { inExtra: ['k', "it's"] },
    { telling },
    { fullness },
    { after: '1', upTo: '99', writtenSince: 1, among: ['2'], created, inExtra: ['k'], telling, fullness },
  ])
    await drained(warehouse.ids({ ...ids, state: 'any', ...more }));
  await warehouse.countLiving({ table: name });
  await warehouse.countLiving({ table: name, created });
  await warehouse.countRows({ table: name, open: true, writtenSince: 1, writtenBefore: 9e12 });
  const within = { from_type: 'deal' };
  const parents = { column: 'from_id', ids: ['1'] };
  const range = { column: 'to_id', after: '1', upTo: '99' };
  await warehouse.countRows({ table: 'links', within, parents, range });
  await warehouse.cells({ table: 'links', within, columns: ['from_id', 'label'] });
  if (properties.length > 0) await warehouse.cells({ table: name, columns: properties.slice(0, 8) });
  await warehouse.cells({ table: name, columns: ['id', '_updated_at', '_extra'] });
  await warehouse.columns(name);
  await warehouse.rowCounts([name, 'links', 'nowhere']);
  await warehouse.now();
}

/** A column more, one that has another type, one that is no longer required, and other descriptions. */
async function everyChange(warehouse: Warehouse, table: Table): Promise<void> {
  const altered = table.columns.map((column): Column => {
    if (column.name === propertiesOf(table)[0]?.name) return { ...column, type: 'json' };
    return { ...column, description: `${column.description} '"\\\n` };
  });
  const more: Column[] = [
    { name: 'a new one', type: 'text[]', description: "It's new" },
    { name: 'another_new_one', type: 'json', description: '' },
  ];
  const changed: Table = { ...table, description: "It's other", columns: [...altered, ...more] };
  const optional: Table = {
    ...links,
    columns: links.columns.map((column) => ({ ...column, required: true })),
  };
  await prepare(warehouse, [changed, { ...optional, name: 'strict' }]);
  await prepare(warehouse, [changed, { ...links, name: 'strict' }]);
  await commit(warehouse, { kind: 'upsert', table: changed, rows: [rowOf(changed, { id: '1' })] });
  // What a column was before its type changed is cleared with it.
  const [first] = propertiesOf(changed);
  if (first !== undefined)
    await commit(warehouse, {
      kind: 'clear',
      table: changed,
      columns: new Map([[first.name, 'p']]),
      ids: ['1'],
    });
}

async function drained(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of chunks);
}

/** What a sync writes at once at the most: rows of a page, those of an older version, ends of records, and erased ones. */
export async function largestBatch(warehouse: Warehouse, table: Table): Promise<void> {
  await prepare(warehouse, [table, links]);
  const rows = [rowOf(table, { id: '1' })];
  const { version: _, ...anyVersion } = table;
  const held = [{ table: 'links', objectColumn: 'from_type', idColumn: 'from_id' }];
  await commit(
    warehouse,
    { kind: 'upsert', table: anyVersion, rows },
    { kind: 'upsert', table, rows },
    { kind: 'close', table, closures: [{ id: '2', deletedAt: gone, mergedIntoId: '1' }] },
    { kind: 'purge', table, ids: ['1'], deletedAt: gone, held, inBin: true },
  );
}
