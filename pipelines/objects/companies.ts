import type { ObjectPipeline } from '../../src/pipeline.ts';

export const companies: ObjectPipeline = {
  kind: 'object',
  name: 'companies',
  object: 'companies',
  typeId: '0-2',
  label: 'Companies',
  description: 'Organisations: one row per company record of HubSpot',
  watermark: 'hs_lastmodifieddate',
  created: 'createdate',
  scopes: ['crm.objects.companies.read'],
  staged: false,
  merges: true,
  associations: ['companies'],
  history: ['lifecyclestage', 'hubspot_owner_id'],
};
