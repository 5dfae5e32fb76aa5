import { didYouMean } from './nearest.ts';

const form = 'bigquery://project/dataset?location=EU';

/** Project, dataset and query of a URL that may be wrong in each of them. */
const parts = /^bigquery:\/\/([^/?]*)\/?([^?]*)(?:\?(.*))?$/i;

/** Google's rules for projects; those of an organisation may stand under its domain, as in `example.com:warehouse`. */
const projectId = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** Google's rules for datasets, with room for the name of the staging dataset within their 1,024 characters. */
const datasetId = /^\w{1,1000}$/;
const locationName = /^[a-z][a-z0-9-]{1,62}$/i;
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** The end of a sentence about a `bigquery:` URL that is not right. Repeats none of its values: one may be a password. */
export function bigqueryProblem(url: string): string | undefined {
  const [, project = '', dataset = '', query = ''] = parts.exec(url) ?? [];
  if (/[@#\s]/.test(url))
    return `has a user, a password or a character that has no place there; write ${form}: Google's credentials come from the surroundings (GOOGLE_APPLICATION_CREDENTIALS, or an attached service account)`;
  if (project === '') return `names no project; write ${form}`;
  if (!projectId.test(project))
    return `names a project that Google does not allow: its id has 6 to 30 lower-case letters, digits and hyphens, and begins with a letter; write ${form}`;
  if (dataset === '') return `names no dataset; write ${form}`;
  if (!datasetId.test(dataset))
    return `names a dataset that BigQuery does not allow: letters, digits and _, at most 1,000; write ${form}`;
  return queryProblem(new URLSearchParams(query));
}

/** Whether it is BigQuery that the URL names. */
export function isBigquery(url: string): boolean {
  return /^bigquery:/i.test(url);
}

/** The dataset of a URL that is right; nothing for a warehouse that is not BigQuery. */
export function bigqueryDataset(url: string | undefined): string | undefined {
  const dataset = parts.exec(url ?? '')?.[2] ?? '';
  return dataset === '' ? undefined : dataset;
}

const checks: Readonly<Record<string, (value: string) => string | undefined>> = {
  location: (value) =>
    locationName.test(value) ? undefined : 'has no location such as EU, US or europe-west3 after location=',
  endpoint: (value) =>
    isEndpoint(value)
      ? undefined
      : 'must have an address such as https://bigquery.example.internal after endpoint=, without path or password; plain http reaches this machine alone',
};

function queryProblem(query: URLSearchParams): string | undefined {
  const known = Object.keys(checks);
  for (const [name, value] of query) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined)
      return `has an unknown parameter${didYouMean(name, known)}; there are ${known.join(' and ')}`;
    if (query.getAll(name).length > 1) return `has ${name}= twice`;
    const problem = check(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Tokens travel there: in the clear at most to this machine. */
function isEndpoint(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, pathname, search, hash } = new URL(value);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
  return isSafe && pathname === '/' && search === '' && hash === '';
}
