import type { ObjectPipeline } from '../../src/pipeline.ts';

export const deals: ObjectPipeline = {
  kind: 'object',
  name: 'deals',
  object: 'deals',
  typeId: '0-3',
  label: 'Deals',
  description: 'Revenue opportunities: one row per deal record of HubSpot',
  watermark: 'hs_lastmodifieddate',
  created: 'createdate',
  scopes: ['crm.objects.deals.read'],
  staged: true,
  merges: true,
  associations: ['contacts', 'companies'],
  history: ['pipeline', 'dealstage', 'hubspot_owner_id'],
};
