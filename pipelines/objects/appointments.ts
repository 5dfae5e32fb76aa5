import type { ObjectPipeline } from '../../src/pipeline.ts';

export const appointments: ObjectPipeline = {
  kind: 'object',
  name: 'appointments',
  object: '0-421',
  typeId: '0-421',
  label: 'Appointments',
  description: 'Appointments with customers: one row per appointment',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.appointments.read'],
  staged: true,
  merges: true,
  associations: ['contacts', 'companies'],
  history: ['hs_pipeline', 'hs_pipeline_stage', 'hubspot_owner_id'],
};
