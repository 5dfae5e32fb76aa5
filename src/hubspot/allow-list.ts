import { KeywayError } from '../errors.ts';

/**
 * The route of a read, such as `GET /crm/objects/{object}`. Everything else is refused: this list is the only way out
 * of the process, so that a write cannot leave it by mistake.
 */
export function allowedRoute(method: string, path: string, search = ''): string {
  const route = routes.find((route) => route.method === method && route.pattern.test(path));
  if (route !== undefined && query.test(search)) return `${route.method} ${route.name}`;
  throw new KeywayError(
    'request_not_allowed',
    `Keyway only reads from HubSpot: a ${shown(method)} request outside its list of reads was stopped before it left.`,
    { details: { method: shown(method), path: shown(path) } },
  );
}

/** Nothing, or what a URL's query may hold as it is: what stands behind a path must not go on with it. */
const query = /^(\?[\w\-.~!$&'()*+,;=:@/?%]*)?$/;

const reads = [
  'GET /account-info/{version}/details',
  'GET /account-info/{version}/api-usage/daily/private-apps',
  'GET /crm/objects/{version}/{object}',
  'GET /crm/objects/{version}/{object}/{id}',
  'GET /crm/properties/{version}/{object}',
  'GET /crm/pipelines/{version}/{object}',
  'GET /crm/owners/{version}',
  'GET /crm/object-library/{version}/enablement',
  'GET /crm-object-schemas/{version}/schemas',
  'GET /crm/lists/{version}/{id}/memberships',
  'GET /settings/users/{version}',
  'GET /settings/users/{version}/roles',
  'GET /settings/users/{version}/teams',
  'GET /crm/associations/{version}/{object}/{object}/labels',
  // Reads that HubSpot wants as POST because their questions are long.
  'POST /crm/objects/{version}/{object}/batch/read',
  'POST /crm/objects/{version}/{object}/search',
  'POST /crm/lists/{version}/search',
  'POST /crm/associations/{version}/{object}/{object}/batch/read',
  'POST /oauth/v2/private-apps/get/access-token-info',
] as const;

const segments: Readonly<Record<string, string>> = {
  '{version}': String.raw`20\d\d-\d\d`,
  // No dots, percent signs or slashes: nothing that a server could read as another path.
  // A hyphen only in type ids: else `usage/high-usage-report`, with which a report is asked for, would pass for a pair of objects.
  '{object}': String.raw`(?:\d{1,9}-\d{1,20}|[A-Za-z0-9_]{1,100})`,
  '{id}': String.raw`\d{1,20}`,
};

const routes = reads.map((read) => {
  const [method = '', template = ''] = read.split(' ');
  const pattern = template.replaceAll(/\{\w+\}/g, (segment) => segments[segment] ?? segment);
  return { method, name: template.replace('/{version}', ''), pattern: new RegExp(`^${pattern}$`) };
});

function shown(text: string): string {
  return text.replaceAll(/[^\w/{}.-]/g, '?').slice(0, 120);
}
