import type { ObjectPipeline } from '../../src/pipeline.ts';

export const users: ObjectPipeline = {
  kind: 'object',
  name: 'users',
  object: 'users',
  typeId: '0-115',
  label: 'Users',
  description: 'People who work in this HubSpot account: one row per user',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.users.read'],
  staged: false,
  merges: false,
  associations: [],
  history: [],
};
