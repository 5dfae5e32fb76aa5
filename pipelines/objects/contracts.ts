import type { ObjectPipeline } from '../../src/pipeline.ts';

export const contracts: ObjectPipeline = {
  kind: 'object',
  name: 'contracts',
  object: 'contracts',
  label: 'Contracts',
  description: 'Agreements with customers: one row per contract',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contracts.read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals'],
  history: ['hubspot_owner_id'],
};
