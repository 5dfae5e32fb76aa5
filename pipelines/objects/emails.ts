import type { ObjectPipeline } from '../../src/pipeline.ts';

export const emails: ObjectPipeline = {
  kind: 'object',
  name: 'emails',
  object: 'emails',
  typeId: '0-49',
  label: 'E-mails',
  description: 'One-to-one e-mails: one row per e-mail that was logged; deleting one is for good',
  watermark: 'hs_lastmodifieddate',
  created: 'hs_createdate',
  scopes: ['crm.objects.contacts.read', 'crm.objects.emails.read'],
  // Without it, HubSpot is expected to keep subjects and bodies to itself (HubSpot community).
  furtherScopes: ['sales-email-read'],
  staged: false,
  merges: false,
  associations: ['contacts', 'companies', 'deals', 'tickets'],
  history: ['hubspot_owner_id'],
};
