import { pipelines } from '../../pipelines/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Definition } from './expected-cell.ts';
import { expectedTreatment, type TestRules } from './expected-treatment.ts';
import type { Cells, Tables } from './tables.ts';

export interface PropertyColumn extends Definition {
  readonly name: string;
  readonly column: string;
  /** Where it is hashed: with what. */
  readonly key?: string;
}

type Spec = ReturnType<Sandbox['world']['truth']['properties']>[number]['spec'];

interface Treated {
  readonly spec: Spec;
  readonly treatment: ReturnType<typeof expectedTreatment>;
}

export function treatedBy(rules: TestRules, sandbox: Sandbox, object: string): readonly Treated[] {
  const pipeline = pipelines.find((each) => each.kind === 'object' && each.name === object);
  if (pipeline?.kind !== 'object') throw new Error(`no pipeline ${object}`);
  return sandbox.world.truth
    .properties(object)
    .map(({ spec }) => ({ spec, treatment: expectedTreatment(rules, pipeline, spec) }));
}

/** What the dictionary says of each property that there is. */
export async function columnsOf(tables: Tables, object: string): Promise<ReadonlyMap<unknown, Cells>> {
  const rows = await tables.rows('properties');
  const living = rows.filter((row) => row['object_type'] === object && row['_deleted_at'] === null);
  return new Map(living.map((row) => [row['name'], row]));
}

/** Those that are kept, plainly or as hashes. */
export function propertyColumns(
  treated: readonly Treated[],
  dictionary: ReadonlyMap<unknown, Cells>,
  { key = '' }: TestRules,
): readonly PropertyColumn[] {
  return treated
    .filter(({ treatment }) => treatment === 'include' || treatment === 'hash')
    .map(({ spec: { name, type, fieldType }, treatment }) => ({
      name,
      type,
      fieldType,
      column: textOf(dictionary.get(name)?.['column_name']) ?? `(no column for ${name})`,
      ...(treatment === 'hash' && { key }),
    }));
}

/** Nothing is held of what is excluded, and the dictionary says so; sensitive ones that nobody asked for are not even in it. */
export function compareLeft(
  object: string,
  found: {
    readonly rows: readonly Cells[];
    readonly treated: readonly Treated[];
    readonly dictionary: ReadonlyMap<unknown, Cells>;
  },
): readonly string[] {
  // A property may be called like a column that is somebody else's.
  const used = new Set(['id', ...[...found.dictionary.values()].map((row) => row['column_name'])]);
  const excluded = found.treated.filter(({ treatment }) => treatment === 'exclude');
  return excluded.flatMap(({ spec: { name, dataSensitivity } }) => {
    const said = found.dictionary.get(name);
    const wrong = said === undefined ? dataSensitivity === undefined : said['treatment'] !== 'excluded';
    const still = found.rows.filter(
      (row) =>
        Object.entries(row).some(
          ([column, cell]) =>
            cell !== null &&
            !used.has(column) &&
            !column.startsWith('_') &&
            (column === name || column.startsWith(`${name}__was_`)),
        ) || Object.hasOwn(JSON.parse(textOf(row['_extra']) ?? '{}') as object, name),
    );
    return [
      ...(wrong ? [`${object}: the dictionary does not say that ${name} is excluded`] : []),
      ...(still.length > 0 ? [`${object}: ${name} is excluded, and ${still.length} rows hold it`] : []),
    ];
  });
}

function textOf(cell: unknown): string | undefined {
  return typeof cell === 'string' ? cell : undefined;
}
