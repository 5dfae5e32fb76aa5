import { expect, test } from 'vitest';
import { idsOf, objects, openAccount } from './account.ts';
import type { Account, Reply } from './account.ts';
import { areThere, folder, openOracle } from './specifications.ts';
import type { Exception, Oracle } from './specifications.ts';

const available = areThere();
// A check that is left out must not go unseen.
if (!available)
  process.stderr.write(`The answers are NOT compared with HubSpot's OpenAPI documents: there is no ${folder}
`);
const check = available ? test : test.skip;

/** Where the documents are wrong about the live API, which the sandbox follows. */
const exceptions: readonly Exception[] = [
  {
    schema: 'MultiAssociatedObjectWithLabel',
    field: 'toObjectId',
    truth: { type: ['integer', 'string'] },
    reason: 'live answers and the 2026-03 documentation pages have a JSON number, the documents a string',
  },
  {
    schema: 'AssociationSpecWithLabel',
    field: 'label',
    truth: { type: ['string', 'null'] },
    reason: 'a link without a label has label null, as the documentation page on associations shows',
  },
  {
    schema: 'StandardError',
    field: 'subCategory',
    truth: { type: 'string' },
    reason:
      'live batch errors name their subcategory as text, such as crm.associations.NO_ASSOCIATIONS_FOUND',
  },
  {
    schema: 'PublicOwner',
    field: 'userId',
    truth: { type: ['integer', 'null'] },
    reason: 'the documentation page on owners: an archived owner has no user any more',
  },
];

let shared: Oracle | undefined;
const oracle = (): Oracle => (shared ??= openOracle(exceptions));

type Ask = (account: Account) => Promise<{ method: string; path: string; reply: Reply }>;

const get =
  (path: string, headers?: Record<string, string>): Ask =>
  async (account) => ({ method: 'GET', path, reply: await account.get(path, headers) });
const post =
  (path: string, body: object | ((account: Account) => object)): Ask =>
  async (account) => ({
    method: 'POST',
    path,
    reply: await account.post(path, typeof body === 'function' ? body(account) : body),
  });
const ids =
  (object: string, count: number, ...more: string[]) =>
  ({ sandbox }: Account): object[] =>
    [...idsOf(sandbox, object).slice(0, count), ...more].map((id) => ({ id }));
const batch =
  (object: string, more: object, ...extra: string[]) =>
  (account: Account): object => ({
    properties: [],
    propertiesWithHistory: [],
    inputs: ids(object, 20, ...extra)(account),
    ...more,
  });
const links = '/crm/associations/2026-09';
const settings = '/settings/users/2026-03';

const asked: readonly (readonly [string, Ask, number])[] = [
  ['a page of contacts', get(`${objects}/contacts?limit=100&associations=companies,deals`), 200],
  ['a last page', get(`${objects}/contacts?limit=100&after=999999999999`), 200],
  ['a page with history', get(`${objects}/deals?limit=20&propertiesWithHistory=dealstage,amount`), 200],
  ['archived contacts', get(`${objects}/contacts?archived=true`), 200],
  ['custom objects', get(`${objects}/2-4711001`), 200],
  ['an empty page', get(`${objects}/emails?archived=true`), 200],
  ['a batch', post(`${objects}/contacts/batch/read`, batch('contacts', {})), 200],
  ['a batch with gaps', post(`${objects}/contacts/batch/read`, batch('contacts', {}, '999')), 207],
  [
    'a batch with history',
    post(`${objects}/deals/batch/read`, batch('deals', { propertiesWithHistory: ['dealstage'] })),
    200,
  ],
  ['search results', post(`${objects}/companies/search`, { limit: 5 }), 200],
  ['no search results', post(`${objects}/companies/search`, { query: 'no such company' }), 200],
  [
    'one record',
    async (account) => get(`${objects}/contacts/${idsOf(account.sandbox, 'contacts')[0] ?? ''}`)(account),
    200,
  ],
  ['contact properties', get('/crm/properties/2026-09/contacts'), 200],
  ['sensitive properties', get('/crm/properties/2026-09/contacts?dataSensitivity=sensitive'), 200],
  ['no archived properties', get('/crm/properties/2026-09/contacts?archived=true'), 200],
  ['one property', get('/crm/properties/2026-09/deals/amount'), 200],
  ['property groups', get('/crm/properties/2026-09/deals/groups'), 200],
  [
    'a batch of properties',
    post('/crm/properties/2026-09/deals/batch/read', { inputs: [{ name: 'amount' }] }),
    200,
  ],
  [
    'a batch of properties with gaps',
    post('/crm/properties/2026-09/deals/batch/read', { inputs: [{ name: 'nosuch' }] }),
    207,
  ],
  ['deal pipelines', get('/crm/pipelines/2026-09/deals'), 200],
  ['no pipelines', get('/crm/pipelines/2026-09/contacts'), 200],
  ['one pipeline', get('/crm/pipelines/2026-09/tickets/0'), 200],
  ['the stages of a pipeline', get('/crm/pipelines/2026-09/tickets/0/stages'), 200],
  ['one stage', get('/crm/pipelines/2026-09/tickets/0/stages/4'), 200],
  ['the audit of a pipeline', get('/crm/pipelines/2026-09/tickets/0/audit'), 200],
  ['owners', get('/crm/owners/2026-09?limit=3'), 200],
  ['archived owners', get('/crm/owners/2026-09?archived=true'), 200],
  [
    'one owner',
    async (account) =>
      get(`/crm/owners/2026-09/${account.sandbox.world.truth.owners()[0]?.id ?? ''}`)(account),
    200,
  ],
  ['links', post(`${links}/deals/companies/batch/read`, batch('deals', {})), 207],
  [
    'links that are paged',
    post(`${links}/companies/contacts/batch/read`, (account: Account) => ({
      inputs: ids('companies', 1)(account),
    })),
    200,
  ],
  ['no links', post(`${links}/deals/companies/batch/read`, { inputs: [{ id: '1' }] }), 207],
  ['labels', get(`${links}/contacts/companies/labels`), 200],
  [
    'the links of one record',
    async (account) =>
      get(
        `/crm/objects/2026-03/companies/${idsOf(account.sandbox, 'companies')[0] ?? ''}/associations/contacts`,
      )(account),
    200,
  ],
  ['schemas', get('/crm-object-schemas/2026-09/schemas'), 200],
  ['one schema', get('/crm-object-schemas/2026-09/schemas/2-4711001'), 200],
  ['the account', get('/account-info/2026-09/details'), 200],
  ['daily usage', get('/account-info/2026-09/api-usage/daily/private-apps'), 200],
  ['record limits', get('/crm/limits/2026-09/records'), 200],
  ['switchable objects', get('/crm/object-library/2026-09/enablement'), 200],
  ['lists', post('/crm/lists/2026-09/search', { count: 5, additionalProperties: ['hs_list_size'] }), 200],
  ['one list', get('/crm/lists/2026-09/1?includeFilters=true'), 200],
  ['members', get('/crm/lists/2026-09/1/memberships?limit=5'), 200],
  ['members by joining', get('/crm/lists/2026-09/1/memberships/join-order?limit=5'), 200],
  [
    'the lists of a record',
    async (account) =>
      get(`/crm/lists/2026-09/records/0-1/${idsOf(account.sandbox, 'contacts')[0] ?? ''}/memberships`)(
        account,
      ),
    200,
  ],
  ['lists by id', get('/crm/lists/2026-09?listIds=1&listIds=2'), 200],
  [
    'the lists of records',
    post('/crm/lists/2026-09/records/memberships/batch/read', (account) => ({
      inputs: idsOf(account.sandbox, 'contacts')
        .slice(0, 3)
        .map((recordId) => ({ objectTypeId: '0-1', recordId })),
    })),
    200,
  ],
  ['roles', get(`${settings}/roles`), 200],
  ['the audit of a stage', get('/crm/pipelines/2026-09/tickets/0/stages/4/audit'), 200],
  ['users', get(`${settings}?limit=3`), 200],
  ['teams', get(`${settings}/teams`), 200],
  [
    'a started export',
    post('/crm/exports/2026-09/export/async', { objectType: 'CONTACT', objectProperties: ['email'] }),
    202,
  ],
  ['an unknown record', get(`${objects}/contacts/1`), 404],
  ['an id that is no number', get(`${objects}/contacts/abc`), 404],
  ['an unknown object', get(`${objects}/widgets`), 400],
  ['a page too large', get(`${objects}/contacts?limit=101`), 400],
  ['a search past 10,000', post(`${objects}/contacts/search`, { after: 10_000 }), 400],
  ['a bad key', get(`${objects}/contacts`, { Authorization: 'Bearer nothing' }), 401],
  ['an unknown owner', get('/crm/owners/2026-09/1'), 404],
];

check.each(asked)("%s: the answer is one of HubSpot's", async (_, ask, status) => {
  const account = await openAccount({ contacts: 900, extraProperties: 20 });
  const { method, path, reply } = await ask(account);
  expect(reply.status).toBe(status);
  expect(oracle()({ method, path: path.split('?')[0] ?? '', status, body: reply.body })).toEqual([]);
});

check('a finished export', async () => {
  const account = await openAccount();
  const { body } = await account.post('/crm/exports/2026-09/export/async', {
    objectType: 'CONTACT',
    objectProperties: ['email'],
  });
  account.sandbox.clock.advance(60_000);
  for (const path of [
    `/crm/exports/2026-09/export/async/tasks/${body.id}/status`,
    `/crm/exports/2026-09/export/${body.id}`,
  ]) {
    const reply = await account.get(path);
    expect(oracle()({ method: 'GET', path, status: reply.status, body: reply.body })).toEqual([]);
  }
});

check('a missing scope and a reached limit', async () => {
  const account = await openAccount({
    scopes: ['crm.objects.deals.read'],
    limits: { burst: 0, search: 0, daily: 1000 },
  });
  for (const [path, status] of [
    [`${objects}/contacts`, 403],
    [`${objects}/deals`, 429],
  ] as const) {
    const reply = await account.get(path);
    expect(reply.status).toBe(status);
    expect(oracle()({ method: 'GET', path, status, body: reply.body })).toEqual([]);
  }
});

check('a wrong answer is refused', async () => {
  const account = await openAccount();
  const path = `${objects}/contacts`;
  const { body } = await account.get(path);
  const wrong = [
    { ...body, results: 'none' },
    { ...body, results: [{ ...body.results[0], id: 5 }] },
    { ...body, results: [{ ...body.results[0], createdAt: 'yesterday' }] },
    { ...body, paging: { next: { after: 7 } } },
  ];
  for (const answer of wrong)
    expect(oracle()({ method: 'GET', path, status: 200, body: answer })).not.toEqual([]);
  expect(oracle()({ method: 'GET', path: '/crm/nothing/2026-09', status: 200, body })).toEqual([
    'no document has GET /crm/nothing/2026-09',
  ]);
});

check.each(exceptions)('the documents are still wrong about $schema.$field', async (exception) => {
  const without = openOracle(exceptions.filter((other) => other !== exception));
  const account = await openAccount({ contacts: 900 });
  const contradicted = [];
  for (const [, ask] of asked.filter(([name]) => name === 'links' || name === 'archived owners')) {
    const { method, path, reply } = await ask(account);
    const answered = { method, path: path.split('?')[0] ?? '', status: reply.status, body: reply.body };
    contradicted.push(...without(answered));
  }
  expect(contradicted.join()).toContain(exception.field);
});
