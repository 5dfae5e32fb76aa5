import type { ObjectPipeline } from '../../src/pipeline.ts';

export const goalTargets: ObjectPipeline = {
  kind: 'object',
  name: 'goal_targets',
  object: 'goal_targets',
  typeId: '0-74',
  label: 'Goals',
  description: 'What users are to achieve in a period: one row per goal target',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.goals.read'],
  staged: false,
  merges: false,
  associations: [],
  history: ['hubspot_owner_id'],
};
