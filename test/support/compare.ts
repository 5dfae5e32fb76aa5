import { isDeepStrictEqual } from 'node:util';
import { associations } from '../../pipelines/associations.ts';
import { objects as allObjects } from '../../pipelines/objects/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { compareDictionaries } from './compare-dictionaries.ts';
import { compareHistory, type Tracked } from './compare-history.ts';
import { compareKeys } from './compare-keys.ts';
import { compareLists } from './compare-lists.ts';
import { compareMerges, compareMergedRow, survivorOf, type TrueRecord } from './compare-merges.ts';
import { compareProperties } from './compare-properties.ts';
import { expected, normalised, plainly, stored, type Holds } from './expected-cell.ts';
import { expectedHash, type TestRules } from './expected-treatment.ts';
import { instantOf } from './instant-of.ts';
import type { Cells, Tables } from './tables.ts';
import {
  columnsOf,
  compareLeft,
  propertyColumns,
  treatedBy,
  type PropertyColumn,
} from './treated-columns.ts';

export interface CompareOptions {
  readonly objects?: readonly string[];
  /** Besides those. */
  readonly further?: readonly string[];
  /** The privacy rules of the last sync. */
  readonly rules?: TestRules;
  /** Properties whose history is kept, by object, and of others the usual ones; where it is known that history is kept. */
  readonly history?: Tracked | undefined;
  /** How many cells of properties a row has room for, where that is few; the others are in `_extra`. */
  readonly cells?: number;
  /** What cells have room for, where that is not everything. */
  readonly holds?: Holds;
  /** How many differences to tell at most. */
  readonly most?: number;
}

/**
 * Compares the warehouse with what the sandbox knows to be true. Each difference is a sentence; none means that nothing
 * is missing, stale, doubled, mistyped, resurrected or left over, and that nothing stays of what was deleted for good.
 */
export async function differences(
  tables: Tables,
  sandbox: Sandbox,
  options: CompareOptions = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  const {
    objects: named = ['contacts', 'companies', 'deals', 'tickets'],
    further = [],
    most = 20,
    rules = {},
    history,
    cells,
    holds = {},
  } = options;
  const objects = [...named, ...further];
  for (const object of objects)
    found.push(...(await compareObject(tables, sandbox, { object, rules, cells, holds })));
  for (const { from, to } of associations(allObjects).pairs) {
    if (objects.includes(from) && objects.includes(to)) {
      found.push(...(await compareLinks(tables, sandbox, { from, to })));
    }
  }
  if (options.objects === undefined) found.push(...(await compareOtherLinks(tables, objects)));
  for (const object of objects)
    found.push(...(await compareHistory(tables, sandbox, { object, rules, tracked: history })));
  found.push(
    ...(await compareDictionaries(tables, sandbox, { objects, all: options.objects === undefined })),
  );
  if (options.objects === undefined) found.push(...(await compareLists(tables, sandbox)));
  found.push(...(await compareProperties(tables, sandbox, { objects, rules })));
  found.push(...(await compareKeys(tables, objects)));
  return found.length > most ? [...found.slice(0, most), `… and ${found.length - most} more`] : found;
}

interface Compared {
  readonly object: string;
  readonly rules: TestRules;
  readonly cells: number | undefined;
  readonly holds: Holds;
}

async function compareObject(
  tables: Tables,
  sandbox: Sandbox,
  { object, rules, cells, holds }: Compared,
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const dictionary = await columnsOf(tables, object);
  const treated = treatedBy(rules, sandbox, object);
  const columns = propertyColumns(treated, dictionary, rules);
  const rows = await tables.rows(object);
  const byId = new Map(rows.map((row) => [String(row['id']), row]));
  const found = [...(await compareMerges(tables, sandbox, object))];
  found.push(...compareLeft(object, { rows, treated, dictionary }));
  for (const record of truth.records(object)) {
    const row = byId.get(record.id);
    byId.delete(record.id);
    const texts = compareRecord(asWritten(record, columns, sandbox), {
      row,
      columns,
      cells,
      holds,
      survivor: survivorOf(sandbox, object, record),
      compareMerged: (own) => compareMergedRow(sandbox, object, record, own),
    });
    found.push(...texts.map((text) => `${object} ${record.id}: ${text}`));
  }
  for (const id of byId.keys()) found.push(`${object} ${id}: a row of no record`);
  return found;
}

/** The record with its instants as HubSpot writes them: a hash is one of the text. */
function asWritten(record: TrueRecord, columns: readonly PropertyColumn[], { options }: Sandbox): TrueRecord {
  if (!options.unknowns.dropZeroMilliseconds) return record;
  const properties = { ...record.properties };
  for (const { name, type } of columns) {
    const value = properties[name];
    if (type === 'datetime' && typeof value === 'string') properties[name] = value.replace(/\.000Z$/, 'Z');
  }
  return { ...record, properties };
}

interface Stored extends Pick<Compared, 'cells' | 'holds'> {
  readonly row: Cells | undefined;
  readonly columns: readonly PropertyColumn[];
  readonly survivor: TrueRecord;
  readonly compareMerged: (row: Cells) => readonly string[];
}

function compareRecord(record: TrueRecord, stored: Stored): readonly string[] {
  const { row, survivor } = stored;
  switch (survivor.state) {
    case 'gone':
      return row === undefined ? [] : compareGone(survivor, row);
    case 'merged':
      throw new Error('a merge always ends in a record');
    case 'active':
    case 'archived':
      if (record.state === 'merged' && survivor.erased) {
        // No id leads to what a privacy deletion leaves in the bin, and it names nobody: a merge that no run has seen before
        // cannot be known. One that was seen is cleared all the same.
        return row === undefined ? [] : compareGone(survivor, row);
      }
      if (record.state === 'merged') {
        // Without a row it came and went between two looks.
        return row === undefined ? [] : stored.compareMerged(row);
      }
      return row === undefined
        ? [`${record.state}, but has no row`]
        : [...compareMarks(record, row), ...compareValues(record, row, stored)];
  }
}

function compareMarks(record: TrueRecord, row: Cells): readonly string[] {
  const found: string[] = [];
  if (row['_deleted_at'] !== null) found.push(`${record.state}, but its row is closed`);
  if (row['_merged_into_id'] !== null) found.push(`${record.state}, but its row says that it was merged`);
  if (row['_archived'] !== String(record.archived)) found.push(`archived is ${String(row['_archived'])}`);
  if (instantOf(row['_created_at']) !== Date.parse(record.createdAt)) found.push('created at another time');
  if (instantOf(row['_updated_at']) !== Date.parse(record.updatedAt)) {
    found.push(`stale: updated ${record.updatedAt}, row says ${String(row['_updated_at'])}`);
  }
  const archivedAt = row['_archived_at'] === null ? undefined : instantOf(row['_archived_at']);
  if (archivedAt !== (record.archivedAt === null ? undefined : Date.parse(record.archivedAt))) {
    found.push('archived at another time');
  }
  return found;
}

/** What stays of a row when its record was deleted for good. */
const kept = new Set([
  'id',
  '_created_at',
  '_updated_at',
  '_archived',
  '_deleted_at',
  '_merged_into_id',
  '_synced_at',
]);

function compareGone(record: TrueRecord, row: Cells): readonly string[] {
  const found: string[] = [];
  if (row['_deleted_at'] === null) found.push('gone, but its row lives');
  if (row['_archived'] !== 'false') found.push('gone, but its row is archived');
  if (record.gone === 'expired') return found;
  const left = Object.entries(row).filter(([name, cell]) => !kept.has(name) && cell !== null);
  if (left.length > 0) found.push(`deleted for good, but its row still has ${show(left)}`);
  return found;
}

function compareValues(record: TrueRecord, row: Cells, { columns, cells, holds }: Stored): readonly string[] {
  const found: string[] = [];
  const extra = typeof row['_extra'] === 'string' ? (JSON.parse(row['_extra']) as object) : {};
  const crowded =
    cells !== undefined &&
    columns.filter(({ column }) => column !== '_extra' && (row[column] ?? null) !== null).length >= cells;
  const misfits: [string, unknown][] = [];
  const { properties } = record;
  for (const definition of columns) {
    const raw = properties[definition.name] ?? null;
    const { key } = definition;
    const isEmpty = raw === null || raw === '';
    const inExtra = key === undefined ? stored(raw ?? '') : expectedHash(key, raw);
    if (definition.column === '_extra') {
      if (!isEmpty) misfits.push([definition.name, inExtra]);
      continue;
    }
    const want = key === undefined ? expected(definition, raw, holds) : { column: expectedHash(key, raw) };
    const cellOf = row[definition.column];
    const have = key === undefined ? normalised(definition, cellOf) : cellOf;
    if (want === 'misfit') misfits.push([definition.name, stored(raw ?? '')]);
    let cell = want === 'misfit' ? null : want.column;
    if (crowded && have === null && cell !== null && Object.hasOwn(extra, definition.name)) {
      cell = null;
      misfits.push([definition.name, inExtra]);
    }
    if (!isDeepStrictEqual(have, cell)) {
      found.push(
        `${definition.name} (${definition.type}) is ${show(have)}, not ${show(cell)} (${show(raw)})`,
      );
    }
  }
  const compared = new Set(columns.map(({ name }) => name));
  const known = Object.entries(extra).filter(([name]) => compared.has(name));
  if (!isDeepStrictEqual(sorted(known.map(plainly)), sorted(misfits.map(plainly)))) {
    found.push(`_extra is ${show(extra)}, not ${show(misfits)}`);
  }
  return found;
}

async function compareLinks(
  tables: Tables,
  sandbox: Sandbox,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const rows = await tables.rows('associations');
  const have = new Set(
    rows
      .filter((row) => row['from_type'] === from && row['to_type'] === to)
      .map((row) =>
        JSON.stringify([row['from_id'], row['to_id'], row['category'], row['type_id'], row['label']]),
      ),
  );
  const want = new Set<string>();
  const living = { from: livingIds(sandbox, from), to: livingIds(sandbox, to) };
  for (const link of truth.associations(from, to)) {
    if (!living.from.has(link.fromId) || !living.to.has(link.toId)) continue;
    want.add(JSON.stringify([link.fromId, link.toId, link.category, String(link.typeId), link.label]));
  }
  const pair = `${from} to ${to}`;
  return [
    ...[...want].filter((link) => !have.has(link)).map((link) => `${pair}: link missing ${link}`),
    ...[...have].filter((link) => !want.has(link)).map((link) => `${pair}: link left over ${link}`),
  ];
}

/** A pair is stored in the direction in which it is kept, and no other pair is; of custom objects there are others. */
async function compareOtherLinks(tables: Tables, objects: readonly string[]): Promise<readonly string[]> {
  const { pairs } = associations(allObjects);
  const known = new Set(
    pairs
      .filter(({ from, to }) => objects.includes(from) && objects.includes(to))
      .map(({ from, to }) => `${from} to ${to}`),
  );
  const rows = [...(await tables.rows('associations')), ...(await tables.rows('association_types'))];
  const stored = new Set(rows.map((row) => `${String(row['from_type'])} to ${String(row['to_type'])}`));
  return [...stored]
    .filter((pair) => !known.has(pair) && !pair.includes('custom_'))
    .map((pair) => `${pair}: links of a pair that is not kept`);
}

/** Records in the recycle bin keep their links to themselves. */
function livingIds(sandbox: Sandbox, object: string): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const record of sandbox.world.truth.records(object)) if (record.state === 'active') ids.add(record.id);
  return ids;
}

function sorted(values: readonly unknown[]): readonly unknown[] {
  return values.map((value) => JSON.stringify(value)).sort();
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
