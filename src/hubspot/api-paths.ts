/**
 * HubSpot dates its API per family, so that one family can move or fall back alone (HubSpot docs, Developer platform
 * and API versioning).
 */
const version = {
  account: '2026-09',
  associations: '2026-09',
  lists: '2026-09',
  objectLibrary: '2026-09',
  objects: '2026-09',
  owners: '2026-09',
  pipelines: '2026-09',
  properties: '2026-09',
  schemas: '2026-09',
  settings: '2026-03',
} as const;

/** The paths of all reads. Segments are used as they are: what is not a plain name is stopped by the allow-list. */
export const apiPaths = {
  account: () => `/account-info/${version.account}/details`,
  dayUsage: () => `/account-info/${version.account}/api-usage/daily/private-apps`,
  tokenInfo: () => '/oauth/v2/private-apps/get/access-token-info',
  records: (object: string) => `/crm/objects/${version.objects}/${object}`,
  record: (object: string, id: string) => `/crm/objects/${version.objects}/${object}/${id}`,
  batchRead: (object: string) => `/crm/objects/${version.objects}/${object}/batch/read`,
  search: (object: string) => `/crm/objects/${version.objects}/${object}/search`,
  properties: (object: string) => `/crm/properties/${version.properties}/${object}`,
  pipelines: (object: string) => `/crm/pipelines/${version.pipelines}/${object}`,
  enablement: () => `/crm/object-library/${version.objectLibrary}/enablement`,
  schemas: () => `/crm-object-schemas/${version.schemas}/schemas`,
  owners: () => `/crm/owners/${version.owners}`,
  lists: () => `/crm/lists/${version.lists}/search`,
  listMembers: (list: string) => `/crm/lists/${version.lists}/${list}/memberships`,
  users: () => `/settings/users/${version.settings}`,
  roles: () => `/settings/users/${version.settings}/roles`,
  teams: () => `/settings/users/${version.settings}/teams`,
  associations: (from: string, to: string) =>
    `/crm/associations/${version.associations}/${from}/${to}/batch/read`,
  associationLabels: (from: string, to: string) =>
    `/crm/associations/${version.associations}/${from}/${to}/labels`,
} as const;
