import type { Row, Table } from '../table.ts';
import type { DefinitionChange } from '../definition-change.ts';
import type { Warehouse, Write } from '../warehouse.ts';
import { isMadeAnew } from './made-anew.ts';
import { optionsChange } from './options-change.ts';

type Replacement = Extract<Write, { kind: 'replace' }>;

/**
 * What has changed in HubSpot's properties since the dictionary was last written, one entry per property and kind. Nothing of
 * an object that the dictionary is told of for the first time: its table says it all.
 */
export async function definitionChanges(
  warehouse: Warehouse,
  given: readonly Write[],
): Promise<readonly DefinitionChange[]> {
  const changes: DefinitionChange[] = [];
  const writes = given.filter((write): write is Replacement => write.kind === 'replace');
  for (const write of writes.filter(({ table }) => table.name === 'properties')) {
    const object = write.within?.['object_type'] ?? '';
    const known = await stored(warehouse, 'properties', object, definitionColumns);
    if (known.length === 0) continue;
    const options = writes.filter(
      ({ table, within }) => table.name === 'property_options' && within?.['object_type'] === object,
    );
    const before = await stored(warehouse, 'property_options', object, optionColumns);
    changes.push(
      ...compare({
        object,
        known,
        given: cellsOf(write.table, write.rows),
        onlyLiving: write.within?.['archived'] === 'false',
        optionsBefore: before,
        optionsNow: options.flatMap(({ table, rows }) => cellsOf(table, rows)),
      }),
    );
  }
  return changes;
}

/** Cells by column; an empty text for NULL. */
type Definition = Readonly<Record<string, string>>;

const definitionColumns = [
  'name',
  'column_name',
  'label',
  'description',
  'type',
  'field_type',
  'archived',
  'treatment',
  'created_at',
  '_deleted_at',
];
const optionColumns = ['name', 'value', 'label'];

async function stored(
  warehouse: Warehouse,
  table: string,
  object: string,
  columns: readonly string[],
): Promise<readonly Definition[]> {
  const rows = await warehouse.cells({ table, within: { object_type: object }, columns });
  return rows.map((cells) => Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? ''])));
}

function cellsOf({ columns }: Table, rows: readonly Row[]): readonly Definition[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, String(row[i] ?? '')])));
}

interface Compared {
  readonly object: string;
  readonly known: readonly Definition[];
  readonly given: readonly Definition[];
  /** Whether what is archived was not asked for. */
  readonly onlyLiving: boolean;
  readonly optionsBefore: readonly Definition[];
  readonly optionsNow: readonly Definition[];
}

function compare({ known, given, ...rest }: Compared): readonly DefinitionChange[] {
  const before = new Map(known.map((each) => [each['name'], each]));
  const names = new Set(given.map((each) => each['name']));
  const isGone = (each: Definition): boolean =>
    !names.has(each['name']) && isOpen(each) && !(rest.onlyLiving && each['archived'] === 'true');
  const [was, is] = [byName(rest.optionsBefore), byName(rest.optionsNow)];
  const entry = (each: Definition, change: Change): DefinitionChange => ({
    ...change,
    table: rest.object,
    ...(each['column_name'] && { column: each['column_name'] }),
    property: each['name'] ?? '',
  });
  return [
    ...given.flatMap((each) => {
      const name = each['name'] ?? '';
      const changes = changesOf(each, before.get(name), optionsChange(was.get(name), is.get(name)));
      return changes.map((change) => entry(each, change));
    }),
    ...known.filter(isGone).map((each) => entry(each, { kind: 'delete_property' })),
  ];
}

type Change = Pick<DefinitionChange, 'kind' | 'detail'>;
type Detail = NonNullable<Change['detail']>;

function changesOf(
  now: Definition,
  before: Definition | undefined,
  options: Detail | undefined,
): readonly Change[] {
  const archived = now['archived'] === 'true';
  if (before === undefined) return archived ? [] : [{ kind: 'add_property', detail: titleOf(now) }];
  if (isMadeAnew(before['created_at'], now['created_at']))
    return [{ kind: 'recreate_property', detail: titleOf(now) }];
  const wasAway = before['archived'] === 'true' || !isOpen(before);
  const labels = differing(now, before, ['label', 'description']);
  const types = differing(now, before, ['type', 'field_type']);
  return [
    ...(archived && !wasAway ? [{ kind: 'archive_property' } as const] : []),
    ...(!archived && wasAway ? [{ kind: 'restore_property' } as const] : []),
    ...treatmentChange(now, before),
    ...(labels === undefined ? [] : [{ kind: 'relabel_property', detail: labels } as const]),
    ...(types === undefined ? [] : [{ kind: 'retype_property', detail: types } as const]),
    ...(options === undefined || !isOpen(before) || !isPlain(now) || !isPlain(before)
      ? []
      : [{ kind: 'change_options', detail: options } as const]),
  ];
}

function treatmentChange(now: Definition, before: Definition): readonly Change[] {
  const detail = differing(now, before, ['treatment']);
  if (detail === undefined || isPlain(now) === isPlain(before)) return [];
  return [{ kind: isPlain(now) ? 'show_property' : 'hide_property', detail }];
}

/** Options of what is left out or hashed are nobody's business: see `property-items.ts`. */
function isPlain(each: Definition): boolean {
  return each['treatment'] === '';
}

function isOpen(each: Definition): boolean {
  return each['_deleted_at'] === '';
}

function titleOf({ label = '', type = '', field_type: fieldType = '' }: Definition): Detail {
  return { label, type, field_type: fieldType };
}

function differing(now: Definition, before: Definition, columns: readonly string[]): Detail | undefined {
  const changed = columns.filter((name) => now[name] !== before[name]);
  if (changed.length === 0) return undefined;
  return Object.fromEntries(changed.map((name) => [name, { from: before[name], to: now[name] }]));
}

function byName(options: readonly Definition[]): ReadonlyMap<string, readonly Definition[]> {
  return Map.groupBy(options, (option) => option['name'] ?? '');
}
