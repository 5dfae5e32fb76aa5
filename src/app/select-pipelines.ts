import { nearest, type Settings } from '../../config/index.ts';
import { pipelines as everywhere, pipelinesWith } from '../../pipelines/index.ts';
import { KeywayError } from '../errors.ts';
import { tablesOf } from './tables-of.ts';
import { mergesTable } from '../transform/index.ts';
import { isCustom, type ObjectPipeline, type Pipeline } from '../pipeline.ts';

export interface Selection {
  /** What this run works through. */
  readonly pipelines: readonly Pipeline[];
  /** The objects that this installation syncs, whatever this run was asked for. */
  readonly objects: readonly ObjectPipeline[];
  /** Whether somebody asked for the pipeline by name: skipping it is then worth an exit code. */
  isNamed(pipeline: string): boolean;
}

/** What is to be known of an account before its objects are. */
export interface AccountObjects {
  readonly custom: readonly ObjectPipeline[];
  /** Why an object of HubSpot's own cannot be read, where that is known. */
  readonly unavailable?: (object: ObjectPipeline) => KeywayError | undefined;
}

/**
 * The pipelines that are asked for, or else those of the settings, or else all. Throws `unknown_pipeline` with the nearest right
 * name. Custom objects are those that `account` tells; one that is named and not among them is there, and unavailable.
 */
export function selectPipelines(
  settings: Settings,
  requested: readonly string[],
  { custom, unavailable = () => undefined }: AccountObjects = { custom: [] },
): Selection {
  const named = new Set([...requested, ...(settings.pipelines ?? []), ...objectsOfParts(settings)]);
  const found = [...settings.objects, ...custom];
  const unfound = [...named].filter((name) => isCustom(name) && found.every((each) => each.name !== name));
  const unknown = unfound.map((name) => unknownCustom(name, custom));
  const all = pipelinesWith([...found, ...unknown]).map((pipeline) =>
    pipeline.kind === 'object' ? withRefusal(pipeline, unavailable) : asSet(pipeline, settings),
  );
  for (const name of requested) known(name, all);
  const installed = all.filter(({ name }) => settings.pipelines?.includes(name) ?? true);
  const pool = requested.length === 0 ? installed : all;
  return {
    pipelines: pool.filter(({ name }) => requested.length === 0 || requested.includes(name)),
    objects: installed.filter((pipeline) => pipeline.kind === 'object'),
    isNamed: (pipeline) => named.has(pipeline),
  };
}

/** What settings and arguments may name, besides custom objects; and the tables that are there in any account. */
export const knownNames = {
  tables: [mergesTable.name, ...everywhere.flatMap(tablesOf)],
  pipelines: everywhere.map(({ name }) => name),
  objects: everywhere.filter(({ kind }) => kind === 'object').map(({ name }) => name),
};

function asSet(pipeline: Exclude<Pipeline, ObjectPipeline>, { associations, history }: Settings): Pipeline {
  if (pipeline.kind === 'associations' && associations !== undefined) {
    return { ...pipeline, pairs: associations };
  }
  return pipeline.kind === 'history' && history !== undefined ? { ...pipeline, named: history } : pipeline;
}

function withRefusal(
  pipeline: ObjectPipeline,
  unavailable: NonNullable<AccountObjects['unavailable']>,
): ObjectPipeline {
  const refusal = pipeline.unavailable ?? unavailable(pipeline);
  return refusal === undefined ? pipeline : { ...pipeline, unavailable: refusal };
}

/** The objects whose links or history somebody has named. */
export function objectsOfParts({ associations = [], history = {} }: Settings): readonly string[] {
  return [...associations.flatMap(({ from, to }) => [from, to]), ...Object.keys(history)];
}

function unknownCustom(name: string, custom: readonly ObjectPipeline[]): ObjectPipeline {
  const close = nearest(
    name,
    custom.map((each) => each.name),
  );
  const advice =
    close === undefined ? 'object_schemas lists those that there are.' : `Did you mean ${close}?`;
  return {
    ...customTable(name),
    unavailable: new KeywayError(
      'not_available',
      `HubSpot has no custom object for the table ${name}. Its schema may be archived. ${advice}`,
      { verdict: 'skip' },
    ),
  };
}

/** The custom objects among these names, such as those of checkpoints; parts of a pipeline have names with a slash. */
export function syncedCustom(names: readonly string[]): readonly ObjectPipeline[] {
  return names.filter((name) => isCustom(name) && !name.includes('/')).map(customTable);
}

/** A custom object of which no more is known than its table. */
function customTable(name: string): ObjectPipeline {
  return {
    kind: 'object',
    name,
    object: name,
    label: name,
    description: '',
    watermark: 'hs_lastmodifieddate',
    created: 'hs_createdate',
    scopes: ['crm.objects.custom.read'],
    staged: false,
    merges: true,
    associations: [],
    history: [],
  };
}

function known(name: string, all: readonly Pipeline[]): void {
  const names = all.map((each) => each.name);
  if (names.includes(name)) return;
  const close = nearest(name, names);
  const advice = close === undefined ? `There are: ${names.join(', ')}.` : `Did you mean ${close}?`;
  throw new KeywayError('unknown_pipeline', `There is no pipeline ${JSON.stringify(name)}. ${advice}`);
}
