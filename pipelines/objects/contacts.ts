import type { ObjectPipeline } from '../../src/pipeline.ts';

export const contacts: ObjectPipeline = {
  kind: 'object',
  name: 'contacts',
  object: 'contacts',
  typeId: '0-1',
  label: 'Contacts',
  description: 'People: one row per contact record of HubSpot',
  // Searching contacts by hs_lastmodifieddate finds nothing (HubSpot docs, Search the CRM).
  watermark: 'lastmodifieddate',
  created: 'createdate',
  scopes: ['crm.objects.contacts.read'],
  staged: false,
  merges: true,
  associations: ['companies'],
  history: ['lifecyclestage', 'hubspot_owner_id'],
};
