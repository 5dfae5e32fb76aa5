import { KeywayError } from '../../errors.ts';

/** Where in BigQuery the rows are. */
export interface Place {
  readonly project: string;
  readonly dataset: string;
  /** Where the datasets are, or are to be made; absent: where they are, or else Google's own choice, US. */
  readonly location?: string;
  /** Another address of the API, as with Private Service Connect: an origin without a slash at its end. */
  readonly endpoint?: string;
}

/**
 * What a `bigquery://project/dataset?location=EU&endpoint=https://…` points at. Throws `config_invalid` for anything else: the
 * settings have told by then what exactly is wrong.
 */
export function placeOf(url: string): Place {
  const [, project, dataset, query = ''] = form.exec(url) ?? [];
  const given = new URLSearchParams(query);
  const known = [...given.keys()].every((name) => name === 'location' || name === 'endpoint');
  if (project === undefined || dataset === undefined || !known) throw unreadable();
  const location = given.get('location');
  const endpoint = given.get('endpoint');
  return {
    project,
    dataset,
    ...(location !== null && { location }),
    ...(endpoint !== null && { endpoint: originOf(endpoint) }),
  };
}

/** An organisation's projects may stand under its domain, as in `example.com:warehouse`. */
const form =
  /^(?i:bigquery):\/\/((?:[a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9])\/(\w{1,1000})(?:\?([^?#@]*))?$/;

function originOf(endpoint: string): string {
  if (!URL.canParse(endpoint)) throw unreadable();
  const { origin, protocol } = new URL(endpoint);
  if (protocol !== 'https:' && protocol !== 'http:') throw unreadable();
  return origin;
}

function unreadable(): KeywayError {
  return new KeywayError(
    'config_invalid',
    'The URL of the warehouse cannot be read. It has the form bigquery://project/dataset?location=EU.',
  );
}
