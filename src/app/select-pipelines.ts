import { nearest, type Settings } from '../../config/index.ts';
import { pipelines as all } from '../../pipelines/index.ts';
import { KeywayError } from '../errors.ts';
import type { ObjectPipeline, Pipeline } from '../pipeline.ts';

export interface Selection {
  /** What this run works through. */
  readonly pipelines: readonly Pipeline[];
  /** The objects that this installation syncs, whatever this run was asked for. */
  readonly objects: readonly ObjectPipeline[];
  /** Whether somebody asked for the pipeline by name: skipping it is then worth an exit code. */
  isNamed(pipeline: string): boolean;
}

/** Throws `unknown_pipeline` with the nearest right name. */
export function selectPipelines(settings: Settings, requested: readonly string[]): Selection {
  for (const name of requested) known(name);
  const installed = all
    .filter(({ name }) => settings.pipelines?.includes(name) ?? true)
    .map((pipeline) => withPairs(pipeline, settings));
  const pool = requested.length === 0 ? installed : all.map((pipeline) => withPairs(pipeline, settings));
  const named = new Set([...requested, ...(settings.pipelines ?? [])]);
  return {
    pipelines: pool.filter(({ name }) => requested.length === 0 || requested.includes(name)),
    objects: installed.filter((pipeline) => pipeline.kind === 'object'),
    isNamed: (pipeline) => named.has(pipeline),
  };
}

/** What settings and arguments may name. */
export const knownNames = {
  pipelines: all.map(({ name }) => name),
  objects: all.filter(({ kind }) => kind === 'object').map(({ name }) => name),
};

function withPairs(pipeline: Pipeline, { associations }: Settings): Pipeline {
  if (pipeline.kind !== 'associations' || associations === undefined) return pipeline;
  return { ...pipeline, pairs: associations };
}

function known(name: string): void {
  if (knownNames.pipelines.includes(name)) return;
  const close = nearest(name, knownNames.pipelines);
  const advice =
    close === undefined ? `There are: ${knownNames.pipelines.join(', ')}.` : `Did you mean ${close}?`;
  throw new KeywayError('unknown_pipeline', `There is no pipeline ${JSON.stringify(name)}. ${advice}`);
}
