import { isDeepStrictEqual } from 'node:util';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { pipelines } from '../../pipelines/index.ts';
import { stored } from './expected-cell.ts';
import { expectedTreatment, type TestRules } from './expected-treatment.ts';
import type { Cells, Tables } from './tables.ts';

/** What is wrong with the dictionary of properties and options, archived ones included. */
export async function compareProperties(
  tables: Tables,
  sandbox: Sandbox,
  { objects, rules }: { readonly objects: readonly string[]; readonly rules: TestRules },
): Promise<readonly string[]> {
  const { truth } = sandbox.world;
  const [definitions, options] = [await tables.rows('properties'), await tables.rows('property_options')];
  const listed = definitions.filter((row) => row['_deleted_at'] === null);
  const isSensitive = (row: Cells): boolean => row['data_sensitivity'] !== 'non_sensitive';
  const nameOf = (row: Cells): string => JSON.stringify([row['object_type'], row['name']]);
  const sensitive = new Set(listed.filter(isSensitive).map(nameOf));
  const open = listed.filter((row) => !isSensitive(row));
  const found: string[] = [];
  for (const object of objects) {
    const own = (row: Cells): boolean => row['object_type'] === object;
    const living = truth.properties(object).map(({ spec }) => ({ spec, archived: 'false' }));
    const archived = truth.archivedProperties(object).map(({ spec }) => ({ spec, archived: 'true' }));
    const seen = [...living, ...archived].filter(({ spec }) => spec.dataSensitivity === undefined);
    found.push(
      ...unequal(
        `properties of ${object}`,
        open.filter(own).map((row) => [...described.map((column) => row[column]), row['archived']]),
        seen.map(({ spec, archived }) => [...describe(spec), archived]),
      ),
      ...unequal(
        `options of ${object}`,
        options
          .filter((row) => own(row) && !sensitive.has(nameOf(row)))
          .map((row) => [row['name'], row['value'], row['label'], row['hidden'], row['display_order']]),
        seen
          .filter(isPlain(rules, object))
          .flatMap(({ spec }) =>
            (spec.options ?? []).map(({ value, label, hidden = false }, i) => [
              spec.name,
              value,
              cell(label),
              String(hidden),
              String(i),
            ]),
          ),
      ),
    );
  }
  return found;
}

type Spec = ReturnType<Sandbox['world']['truth']['properties']>[number]['spec'];

const described = 'name label description type field_type group_name calculated hubspot_defined'.split(' ');

function describe({
  name,
  label,
  description,
  type,
  fieldType,
  groupName,
  ...spec
}: Spec): readonly unknown[] {
  const own = spec.custom === true;
  const texts = [cell(label), cell(description ?? ''), type, fieldType, groupName ?? 'system'];
  return [name, ...texts, String(spec.calculated === true), String(!own)];
}

/** Options of what is not kept as it is are kept to themselves. */
function isPlain(rules: TestRules, object: string): (seen: { readonly spec: Spec }) => boolean {
  const pipeline = pipelines.find((each) => each.kind === 'object' && each.name === object);
  if (pipeline?.kind !== 'object') throw new Error(`no pipeline ${object}`);
  return ({ spec }) => expectedTreatment(rules, pipeline, spec) === 'include';
}

function cell(text: string): string | null {
  return stored(text) || null;
}

function unequal(what: string, have: readonly unknown[], want: readonly unknown[]): readonly string[] {
  const [stored, real] = [have.map(text), want.map(text)];
  if (isDeepStrictEqual([...stored].sort(), [...real].sort())) return [];
  const [surplus, missing] = [less(stored, real), less(real, stored)];
  return [
    `${what}: ${surplus.slice(0, 3).join(' ')} ought not to be, ${missing.slice(0, 3).join(' ')} ought to`,
  ];
}

function text(value: unknown): string {
  return JSON.stringify(value);
}

function less(these: readonly string[], those: readonly string[]): readonly string[] {
  return these.filter((each) => !those.includes(each));
}
