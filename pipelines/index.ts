import type { ObjectPipeline, Pipeline } from '../src/pipeline.ts';
import { account } from './account.ts';
import { associations } from './associations.ts';
import { lists } from './lists.ts';
import { objectSchemas } from './object-schemas.ts';
import { objects } from './objects/index.ts';
import { owners } from './owners.ts';
import { pipelines as stagePipelines } from './pipelines.ts';
import { properties } from './properties.ts';
import { propertyHistory } from './property-history.ts';
import { roles } from './roles.ts';
import { settingsUsers } from './settings-users.ts';
import { teams } from './teams.ts';

/**
 * Every pipeline, in the order in which a run works through them: what others refer to comes first. `more` are objects that
 * only this account has, or that only its settings name.
 */
export function pipelinesWith(more: readonly ObjectPipeline[]): readonly Pipeline[] {
  const all = [...objects, ...more];
  const staff = [owners, teams, settingsUsers, roles];
  const definitions = [objectSchemas, stagePipelines, properties];
  return [account, ...staff, ...definitions, ...all, lists, associations(all), propertyHistory];
}

/** Those that every account has. */
export const pipelines = pipelinesWith([]);
