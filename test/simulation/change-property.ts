import type { Sandbox } from '../../src/sandbox/index.ts';
import type { PropertyStep } from './life.ts';
import { between, chance, oneOf, randomFrom } from './random.ts';

/** Does what a step says to a property of its object: one that people added before, if there is one. */
export function changeProperty(sandbox: Sandbox, step: PropertyStep): void {
  const { world } = sandbox;
  const { object } = step;
  switch (step.kind) {
    case 'add property':
      addProperty(sandbox, step);
      return;
    case 'restore properties':
      // Archived again in the millisecond of before, it would pass for one that never came back.
      sandbox.clock.advance(1);
      for (const name of archivedIn(sandbox, object)) world.restoreProperty(object, name);
      archived.get(sandbox)?.delete(object);
      return;
    case 'change options':
      changeOptions(sandbox, step);
      return;
    case 'archive property':
      archiveProperty(sandbox, object);
      return;
    default: {
      const property = added(sandbox, object);
      if (property !== undefined) changeAdded(sandbox, step, property);
    }
  }
}

type Change = Extract<PropertyStep, { kind: `${'retype' | 'relabel' | 'recreate'} property` }>;

function changeAdded({ world, clock }: Sandbox, step: Change, { spec, createdAt }: Property): void {
  const { object } = step;
  const { name, type, fieldType } = spec;
  switch (step.kind) {
    case 'retype property':
      world.retype(object, name, type === 'number' ? text : number);
      break;
    case 'relabel property':
      world.relabel(object, name, step.label);
      break;
    case 'recreate property':
      // Nothing tells two of one millisecond apart.
      if (createdAt === clock.now()) return;
      world.deleteProperty(object, name);
      world.addProperty(object, { name, type, fieldType, fill: () => step.value });
      break;
  }
}

type Property = ReturnType<Sandbox['world']['truth']['properties']>[number];

function added({ world }: Sandbox, object: string): Property | undefined {
  return world.truth.properties(object).find(({ spec }) => spec.name.startsWith('extra_'));
}

function addProperty({ world }: Sandbox, { object, type }: { object: string; type: string }): void {
  const name = `extra_${[...world.truth.properties(object)].length}`;
  const fieldType = type === 'enumeration' ? 'select' : type === 'bool' ? 'booleancheckbox' : 'text';
  world.addProperty(object, { name, type, fieldType, filled: true });
}

/** Names of archived properties by object. */
const archived = new WeakMap<Sandbox, Map<string, readonly string[]>>();

function archivedIn(sandbox: Sandbox, object: string): readonly string[] {
  return archived.get(sandbox)?.get(object) ?? [];
}

function archiveProperty(sandbox: Sandbox, object: string): void {
  const { world } = sandbox;
  const property =
    added(sandbox, object) ?? world.truth.properties(object).find(({ spec }) => spec.custom === true);
  if (property === undefined) return;
  const { name } = property.spec;
  world.archiveProperty(object, name);
  const known = archived.get(sandbox) ?? new Map<string, readonly string[]>();
  archived.set(sandbox, known.set(object, [...archivedIn(sandbox, object), name]));
}

/** Some are renamed, some go, and one comes. */
function changeOptions({ world }: Sandbox, { object, seed }: { object: string; seed: number }): void {
  const random = randomFrom(seed);
  const withOptions = world.truth.properties(object).filter(({ spec }) => (spec.options?.length ?? 0) > 0);
  if (withOptions.length === 0) return;
  const { name, options = [] } = oneOf(random, withOptions).spec;
  const kept = options.filter(() => chance(random, 0.9));
  const renamed = kept.map((option) =>
    chance(random, 0.3) ? { ...option, label: `${option.label} ${between(random, 1, 9)}` } : option,
  );
  const value = `new_${seed}`;
  const added = renamed.some((option) => option.value === value) ? [] : [{ value, label: `New ${seed}` }];
  world.setOptions(object, name, [...renamed, ...added]);
}

const text = { type: 'string', fieldType: 'text' };
const number = { type: 'number', fieldType: 'number' };
