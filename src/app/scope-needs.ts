import type { Settings } from '../../config/index.ts';
import { trackedProperties, type ObjectPipeline, type Pipeline } from '../pipeline.ts';
import { askedSensitivities, sensitiveScopes, type Sensitivity } from '../privacy.ts';
import { mayWrite } from './may-write.ts';
import type { Selection } from './select-pipelines.ts';

/** What a pipeline needs of a key. */
export interface ScopeNeed {
  readonly pipeline: string;
  /** Any one of these will do; the first is the one to tick in HubSpot. */
  readonly anyOf: readonly string[];
  readonly named: boolean;
  /** Needed only where the account has properties of this sensitivity, which its definitions tell. */
  readonly sensitivity?: Sensitivity;
}

/** One per pipeline and requirement (e-mails have two); none where a pipeline needs no more than the objects that it is about. */
export function scopeNeeds(selection: Selection, settings: Settings): readonly ScopeNeed[] {
  const worked = new Set(selection.pipelines.map(({ name }) => name));
  return selection.pipelines.flatMap((pipeline) => {
    const about = aboutOf(pipeline, selection.objects);
    const others = about.filter(({ name }) => name !== pipeline.name && worked.has(name));
    const objects = about.filter((object) => !others.includes(object));
    const needs = objects.flatMap((object) => objectNeeds(object, settings));
    const named = selection.isNamed(pipeline.name);
    return [...ownNeeds(pipeline, settings), ...needs].map((need) => ({
      pipeline: pipeline.name,
      named,
      ...need,
    }));
  });
}

export interface ScopeJudgement {
  readonly missing: readonly ScopeNeed[];
  /** Granted, and nothing needs it. */
  readonly unused: readonly string[];
  /** Granted, and with it the right to change something in HubSpot. */
  readonly writing: readonly string[];
  /** The fewest scopes that meet all needs: what a key made for nothing else has. */
  readonly toTick: readonly string[];
}

/** Compares what is needed with what a key has. */
export function judgeScopes(needs: readonly ScopeNeed[], granted: readonly string[]): ScopeJudgement {
  const toTick = fewest(needs, granted);
  const used = new Set(needs.map(({ anyOf }) => meeting(anyOf, granted, toTick)));
  return {
    missing: needs.filter(({ anyOf }) => !anyOf.some((scope) => granted.includes(scope))),
    unused: granted.filter((scope) => !used.has(scope) && scope !== everyKeys),
    writing: granted.filter(mayWrite),
    toTick,
  };
}

type Need = Pick<ScopeNeed, 'anyOf' | 'sensitivity'>;

/** The objects that a pipeline reads of. */
export function aboutOf(pipeline: Pipeline, objects: readonly ObjectPipeline[]): readonly ObjectPipeline[] {
  switch (pipeline.kind) {
    case 'object':
      return [pipeline];
    case 'associations': {
      const there = new Set(objects.map(({ name }) => name));
      // A pair is read where both of its objects are synced.
      const pairs = pipeline.pairs.filter(({ from, to }) => there.has(from) && there.has(to));
      return objects.filter(({ name }) => pairs.some(({ from, to }) => name === from || name === to));
    }
    case 'history':
      return objects.filter((object) => trackedProperties(pipeline, object).length > 0);
    case 'dictionary':
      if (pipeline.dictionary === 'properties') return objects;
      return pipeline.dictionary === 'pipelines' ? objects.filter(({ staged }) => staged) : [];
    case 'lists':
      return [];
  }
}

function ownNeeds(pipeline: Pipeline, { pipelines }: Settings): readonly Need[] {
  if (pipeline.kind !== 'dictionary' && pipeline.kind !== 'lists') return [];
  // HubSpot's pipelines and stages are opened by the scope of their object.
  if (pipeline.scopes.length === 0 || pipeline.name === 'pipelines') return [];
  if (pipeline.name !== 'object_schemas' || pipelines !== undefined) return [{ anyOf: pipeline.scopes }];
  // Whatever custom objects there are is wanted, and nobody can tell before: the scope for their records opens both.
  return [{ anyOf: pipeline.scopes.toReversed() }];
}

function objectNeeds({ scopes, furtherScopes = [] }: ObjectPipeline, settings: Settings): readonly Need[] {
  const sensitive = askedSensitivities(settings).map((sensitivity) => ({
    anyOf: sensitiveScopes(scopes, sensitivity),
    sensitivity,
  }));
  return [{ anyOf: scopes }, ...furtherScopes.map((scope) => ({ anyOf: [scope] })), ...sensitive].filter(
    ({ anyOf }) => anyOf.length > 0,
  );
}

/** Every key has it, and nobody can tick it. */
const everyKeys = 'oauth';

/** What can be met in one way only is chosen first: often it meets others on the way. */
function fewest(needs: readonly ScopeNeed[], granted: readonly string[]): readonly string[] {
  const chosen = new Set<string>();
  for (const { anyOf } of needs.toSorted((a, b) => a.anyOf.length - b.anyOf.length)) {
    if (anyOf.some((scope) => chosen.has(scope))) continue;
    const reading = anyOf.find((scope) => granted.includes(scope) && !mayWrite(scope));
    chosen.add(reading ?? anyOf[0] ?? everyKeys);
  }
  chosen.delete(everyKeys);
  // In the order of the needs, which is that of the pipelines.
  return [...new Set(needs.flatMap(({ anyOf }) => anyOf.filter((scope) => chosen.has(scope))))];
}

/** Of the granted scopes the one by which a need is met. */
function meeting(
  anyOf: readonly string[],
  granted: readonly string[],
  toTick: readonly string[],
): string | undefined {
  const there = anyOf.filter((scope) => granted.includes(scope));
  return there.find((scope) => toTick.includes(scope)) ?? there[0];
}
