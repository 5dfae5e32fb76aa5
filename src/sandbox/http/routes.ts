import { accountDetails, dailyUsage, enablement, recordLimits, tokenInfo } from './account.ts';
import { associationLabels, readAssociations, recordAssociations } from './associations.ts';
import { batchRead } from './batch-read.ts';
import { exportStatus, oneExport, startExport } from './exports.ts';
import { listRecords } from './list-records.ts';
import {
  batchMemberships,
  listsById,
  memberships,
  membershipsByJoin,
  oneList,
  recordMemberships,
  searchLists,
} from './lists.ts';
import { listOwners, listRoles, listTeams, listUsers, oneOwner } from './owners.ts';
import { listPipelines, listStages, onePipeline, oneStage, pipelineAudit } from './pipelines.ts';
import { batchProperties, listProperties, oneProperty, propertyGroups } from './properties.ts';
import type { Route } from './route.ts';
import { listSchemas, oneSchema } from './schemas.ts';
import { search } from './search.ts';
import { singleRead } from './single-read.ts';

const get = (template: string, handle: Route['handle'], scopes?: readonly string[]): Route => ({
  method: 'GET',
  template,
  handle,
  limit: 'burst',
  ...(scopes === undefined ? {} : { scopes }),
});
const post = (template: string, handle: Route['handle'], more: Partial<Route> = {}): Route => ({
  ...get(template, handle),
  method: 'POST',
  ...more,
});

const owners = ['crm.objects.owners.read'];
const schemas = ['crm.schemas.custom.read', 'crm.objects.custom.read'];
const lists = ['crm.lists.read'];
const exporting = ['crm.export'];
const associations = '/objects/:from/:id/associations/:to';

/** Every endpoint of the sandbox. Earlier routes win where two fit. */
export const routes: readonly Route[] = [
  post('/objects/:objectType/batch/read', batchRead),
  post('/objects/:objectType/search', search, { limit: 'search' }),
  get(associations, recordAssociations),
  get('/objects/:objectType', listRecords),
  get('/objects/:objectType/:id', singleRead),
  get('/properties/:objectType', listProperties),
  get('/properties/:objectType/groups', propertyGroups),
  post('/properties/:objectType/batch/read', batchProperties),
  get('/properties/:objectType/:name', oneProperty),
  post('/associations/:from/:to/batch/read', readAssociations, { limit: 'associations' }),
  get('/associations/:from/:to/labels', associationLabels),
  get('/pipelines/:objectType', listPipelines),
  get('/pipelines/:objectType/:pipelineId', onePipeline),
  get('/pipelines/:objectType/:pipelineId/audit', pipelineAudit),
  get('/pipelines/:objectType/:pipelineId/stages', listStages),
  get('/pipelines/:objectType/:pipelineId/stages/:stageId', oneStage),
  get('/pipelines/:objectType/:pipelineId/stages/:stageId/audit', pipelineAudit),
  get('/owners', listOwners, owners),
  get('/owners/:id', oneOwner, owners),
  get('/schemas', listSchemas, schemas),
  get('/schemas/:objectType', oneSchema, schemas),
  get('/lists', listsById, lists),
  post('/lists/records/memberships/batch/read', batchMemberships, { scopes: lists }),
  post('/lists/search', searchLists, { scopes: lists }),
  get('/lists/records/:typeId/:id/memberships', recordMemberships, lists),
  get('/lists/:listId', oneList, lists),
  get('/lists/:listId/memberships', memberships, lists),
  get('/lists/:listId/memberships/join-order', membershipsByJoin, lists),
  get('/limits/records', recordLimits),
  get('/object-library/enablement', enablement),
  post('/exports/export/async', startExport, { scopes: exporting }),
  get('/exports/export/async/tasks/:id/status', exportStatus, exporting),
  get('/exports/export/:id', oneExport, exporting),
  get('/account-info/details', accountDetails),
  get('/account-info/api-usage/daily/private-apps', dailyUsage),
  get('/settings/users', listUsers, ['settings.users.read', 'crm.objects.users.read']),
  get('/settings/users/roles', listRoles, ['settings.users.read', 'crm.objects.users.read']),
  get('/settings/users/teams', listTeams, ['settings.users.teams.read']),
  post('/oauth/v2/private-apps/get/access-token-info', tokenInfo, { limit: 'none' }),
];
