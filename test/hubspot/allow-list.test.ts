import { expect, test } from 'vitest';
import { allowedRoute } from '../../src/hubspot/allow-list.ts';
import { apiPaths } from '../../src/hubspot/api-paths.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
}

function isAllowed({ method, path }: Operation): boolean {
  try {
    allowedRoute(method, path);
    return true;
  } catch {
    return false;
  }
}

test('every path that Keyway asks for is on the list', () => {
  const gets = [
    apiPaths.account(),
    apiPaths.owners(),
    apiPaths.listMembers('17'),
    apiPaths.users(),
    apiPaths.roles(),
    apiPaths.teams(),
    apiPaths.records('2-123'),
    apiPaths.record('contacts', '9007199254740993'),
    apiPaths.properties('deals'),
    apiPaths.pipelines('deals'),
    apiPaths.associationLabels('contacts', '0-3'),
  ];
  const posts = [
    apiPaths.tokenInfo(),
    apiPaths.batchRead('p123_car'),
    apiPaths.search('contacts'),
    apiPaths.lists(),
    apiPaths.associations('contacts', 'companies'),
  ];
  expect(gets.filter((path) => !isAllowed({ method: 'GET', path }))).toEqual([]);
  expect(posts.filter((path) => !isAllowed({ method: 'POST', path }))).toEqual([]);
});

test.each([
  ['DELETE', '/crm/objects/2026-09/contacts/1'],
  ['PATCH', '/crm/objects/2026-09/contacts/1'],
  ['POST', '/crm/objects/2026-09/contacts'],
  ['POST', '/crm/objects/2026-09/contacts/batch/create'],
  ['POST', '/crm/objects/2026-09/contacts/batch/archive'],
  ['POST', '/crm/objects/2026-09/contacts/merge'],
  ['POST', '/crm/lists/2026-09'],
  ['POST', '/crm/objects/2026-09/contacts/gdpr-delete'],
  ['POST', '/crm/associations/2026-09/contacts/companies/batch/archive'],
  ['get', '/crm/objects/2026-09/contacts'],
  ['GET', '/crm/objects/2026-09/contacts/'],
  ['GET', '/crm/objects/2026-09/contacts/1/associations/deals'],
  ['GET', '//evil.test/crm/objects/2026-09/contacts'],
  ['GET', '/crm/objects/2026-09/..%2f..%2fcontacts'],
  ['POST', '/crm/objects/2026-09/contacts/batch/create/../read'],
  ['POST', '/crm/objects/2026-09/contacts/batch/read\n'],
  ['POST', '/crm/objects/2026-09/contacts/batch/create?x=/batch/read'],
  ['POST', '/crm/objects/2026-09/contacts/batch/create#/search'],
])('%s %s is refused', (method, path) => {
  expect(() => allowedRoute(method, path)).toThrow(expect.objectContaining({ code: 'request_not_allowed' }));
});
