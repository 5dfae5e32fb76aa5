import type { Pipeline } from '../src/pipeline.ts';
import { account } from './account.ts';
import { associations } from './associations.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { deals } from './deals.ts';
import { lists } from './lists.ts';
import { owners } from './owners.ts';
import { pipelines as stagePipelines } from './pipelines.ts';
import { properties } from './properties.ts';
import { tickets } from './tickets.ts';

/** Every pipeline, in the order in which a run works through them: what others refer to comes first. */
export const pipelines: readonly Pipeline[] = [
  account,
  owners,
  stagePipelines,
  properties,
  contacts,
  companies,
  deals,
  tickets,
  lists,
  associations,
];
