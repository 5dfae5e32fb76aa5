import type { ObjectPipeline } from '../../src/pipeline.ts';

export const services: ObjectPipeline = {
  kind: 'object',
  name: 'services',
  object: '0-162',
  typeId: '0-162',
  label: 'Services',
  description: 'What is done for customers: one row per service',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.services.read'],
  staged: true,
  merges: true,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
