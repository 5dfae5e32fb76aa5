import type { ObjectPipeline, Pipeline } from '../src/pipeline.ts';
import { account } from './account.ts';
import { associations } from './associations.ts';
import { lists } from './lists.ts';
import { objects } from './objects/index.ts';
import { owners } from './owners.ts';
import { pipelines as stagePipelines } from './pipelines.ts';
import { properties } from './properties.ts';

/**
 * Every pipeline, in the order in which a run works through them: what others refer to comes first. `more` are objects that
 * only this account has, or that only its settings name.
 */
export function pipelinesWith(more: readonly ObjectPipeline[]): readonly Pipeline[] {
  const all = [...objects, ...more];
  return [account, owners, stagePipelines, properties, ...all, lists, associations(all)];
}

/** Those that every account has. */
export const pipelines = pipelinesWith([]);
