import { expect, it, onTestFinished } from 'vitest';
import { contacts } from '../../pipelines/objects/contacts.ts';
import type { TreatedProperty } from '../../src/privacy.ts';
import type { SourceRecord } from '../../src/source.ts';
import { objectTable } from '../../src/transform/index.ts';
import { withDatabase } from '../support/postgres.ts';
import { postgresEngine } from '../support/postgres-engine.ts';

const many = 1500;

const kinds: Readonly<Record<string, { type: string; fieldType?: string; value: (i: number) => string }>> = {
  'long text': { type: 'string', value: (i) => `${i} ${'Lorem ipsum dolor sit amet, '.repeat(20)}` },
  'text that shrinks': { type: 'string', value: (i) => 'x'.repeat(30 + i) },
  'text of the worst length': { type: 'string', value: (i) => String(i).padStart(23, 'Ab3') },
  'text of many bytes': { type: 'string', value: (i) => `${'漢字'.repeat(4)}${i}` },
  'short text': { type: 'string', value: (i) => `v${i % 10}` },
  'long numbers': { type: 'number', value: (i) => `${i}${'1234567890'.repeat(20)}.${'7'.repeat(60)}` },
  'middling numbers': { type: 'number', value: (i) => `${1_000_000 + i}12345678.123456789012345` },
  'short numbers': { type: 'number', value: (i) => String(i) },
  instants: { type: 'datetime', value: (i) => new Date(1.7e12 + i * 1e6).toISOString() },
  days: { type: 'date', value: () => '2026-01-31' },
  flags: { type: 'bool', value: () => 'true' },
  arrays: { type: 'enumeration', fieldType: 'checkbox', value: (i) => `a${i};b;c` },
  documents: { type: 'json', value: (i) => `{"n":${i},"t":"${'x'.repeat(i % 50)}"}` },
  mixed: {
    type: 'string',
    value: (i) => ['a', 'ab'.repeat(6), 'x'.repeat(900), `${i}`.repeat(7)][i % 4]!,
  },
};

it.each(Object.entries(kinds))(
  'a row with 1,500 values keeps each of them in its column or in _extra: %s',
  async (_what, { type, fieldType = 'text', value }) => {
    const { url } = await withDatabase();
    const engine = await postgresEngine(url);
    onTestFinished(() => engine.close());
    const warehouse = await engine.open();
    onTestFinished(() => warehouse.close());
    await warehouse.migrate();
    const properties = Array.from({ length: many }, (_, i) => property(`p${i}`, type, fieldType));
    const shape = objectTable(contacts, properties, warehouse.limits);
    expect(shape.table.columns.length).toBeGreaterThan(many);
    await warehouse.apply(await warehouse.differences([shape.table]), [shape.table]);
    const values: readonly (string | null)[] = properties.map((_, i) => value(i));
    const closing = { id: '1', deletedAt: '2026-02-01T00:00:00.000Z', mergedIntoId: '2' };
    const typed = [record('1', values), record('2', values.with(3, null))].map((each) => shape.row(each));
    await warehouse.commit({
      pipeline: 'contacts',
      runId: 'run',
      writes: [
        { kind: 'upsert', table: shape.table, rows: typed.map(({ row }) => row) },
        { kind: 'close', table: shape.table, closures: [closing] },
      ],
      checkpoint: { kind: 'snapshot', takenAt: 1 },
      replaces: 0,
    });
    const row = (await engine.tables.rows('contacts')).find(({ id }) => id === '1');
    const extra = JSON.parse((row?.['_extra'] as string | null) ?? '{}') as Record<string, string>;
    const inColumns = properties.filter(({ name }) => row?.[name] !== null).length;
    expect(Object.keys(extra)).toHaveLength(many - inColumns);
    expect(typed[0]?.misfits).toHaveLength(many - inColumns);
    for (const [i, { name }] of properties.entries()) {
      if (row?.[name] === null) expect(extra[name]).toBe(values[i]);
    }
    // The first columns keep theirs, and not far fewer than Postgres has room for.
    expect(properties.findIndex(({ name }) => row?.[name] === null)).toBe(
      inColumns === many ? -1 : inColumns,
    );
    expect(inColumns).toBeGreaterThanOrEqual(289);
  },
);

function property(name: string, type: string, fieldType: string): TreatedProperty {
  return {
    name,
    type,
    fieldType,
    label: name,
    description: '',
    groupName: 'g',
    calculated: false,
    archived: false,
    hubspotDefined: false,
    referencedObjectType: null,
    currencyPropertyName: null,
    treatment: { kind: 'include' },
    dataSensitivity: 'non_sensitive',
    createdAt: null,
    updatedAt: null,
    options: [],
  };
}

function record(id: string, values: readonly (string | null)[]): SourceRecord {
  const at = '2026-01-01T00:00:00.000Z';
  return { id, createdAt: at, updatedAt: at, archived: false, values };
}
