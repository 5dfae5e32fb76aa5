import { denialIn, grantOf } from './denial.ts';
import type { Facts } from './facts.ts';

/** Where an error happened: for its message. */
export interface Where {
  readonly server: string;
  readonly project: string;
  readonly dataset: string;
  readonly table?: string;
  /** The table's column that one which an error names stands for. */
  readonly columnOf?: (name: string) => string;
}

export function where({ dataset, table }: Where): string {
  return table === undefined ? `dataset ${dataset}` : `${dataset}.${table}`;
}

interface Advice {
  readonly applies: (facts: Facts) => boolean;
  readonly text: (place: Where, facts: Facts) => string;
  /** `retry` where it is about one table, or may be otherwise the next time: no reason to leave the others. */
  readonly verdict?: 'retry';
}

const because =
  (...reasons: readonly string[]): Advice['applies'] =>
  ({ reason }) =>
    reasons.includes(reason ?? '');

/** What to do about an error (BigQuery docs, Error messages, says what each reason means); the first that applies. */
export const advice: readonly Advice[] = [
  {
    applies: ({ code, message }) =>
      code === 401 || /default credentials|invalid_(?:grant|client|rapt)|unauthorized_client/i.test(message),
    text: ({ server }) =>
      `${server} does not know who asks. Attach a service account to this machine, set up workload identity, or point GOOGLE_APPLICATION_CREDENTIALS at a file of credentials.`,
  },
  {
    applies: ({ code }) => code === 'ENOTFOUND',
    text: ({ server }) =>
      `${server}: the host of the API is not known here. Check the name service of this machine and the endpoint in the URL.`,
  },
  {
    applies: ({ code, message }) => /certificate|self-signed|altname|CERT_/i.test(`${code} ${message}`),
    text: ({ server }) =>
      `${server}: the TLS certificate cannot be verified. If a proxy stands between, point NODE_EXTRA_CA_CERTS at its certificate.`,
  },
  {
    applies: ({ code }) => code === 407,
    text: ({ server }) =>
      `A proxy on the way to ${server} wants to know who asks. Give its credentials in HTTPS_PROXY.`,
  },
  {
    applies: ({ reason, message }) =>
      reason === 'accessNotConfigured' || /not been used in project|has not enabled BigQuery/.test(message),
    text: ({ server, project }) =>
      `The BigQuery API is not enabled for ${server}. Run: gcloud services enable bigquery.googleapis.com --project=${project}`,
  },
  {
    applies: ({ code, message }) =>
      /not found: project|unknown project/i.test(message) ||
      (code === 400 && /invalid project/i.test(message)),
    text: ({ project }) =>
      `There is no project ${project}, or these credentials may not see it. Correct the URL of the warehouse: it has the project's id, not its name or number.`,
  },
  {
    applies: ({ message }) => /serviceusage\.services\.use|quota project/i.test(message),
    text: ({ project }) =>
      `These credentials may not use project ${project} for requests. Grant them roles/serviceusage.serviceUsageConsumer there.`,
  },
  {
    applies: because('billingNotEnabled'),
    text: ({ project }) =>
      `Billing is not enabled for project ${project}, and without it BigQuery changes no rows. Link an account: gcloud billing projects link ${project} --billing-account=…`,
  },
  {
    applies: because('quotaExceeded', 'billingTierLimitExceeded'),
    text: ({ server }, { message }) =>
      `A quota of ${server} is used up: ${sentence(message)} Most are given anew each day; others can be raised under IAM and admin, Quotas.`,
  },
  {
    applies: because('responseTooLarge'),
    text: (place) =>
      `The answer to a question about ${where(place)} is larger than BigQuery gives. Please report this with the number of rows that the table has.`,
    verdict: 'retry',
  },
  {
    applies: because('bytesBilledLimitExceeded'),
    text: (place, { message }) =>
      `A statement on ${where(place)} would bill more than bigquery.maximumBytesBilled allows: ${sentence(message)} Raise it if that is right.`,
  },
  {
    applies: because('blocked'),
    text: ({ server }) =>
      `Google has blocked what Keyway asks of ${server}, usually for a while, to keep BigQuery up. Its support knows why.`,
  },
  {
    applies: ({ reason, code }) => reason === 'accessDenied' || code === 403,
    text: denied,
  },
  {
    applies: because('resourcesExceeded'),
    text: (place) =>
      `A statement on ${where(place)} needs more memory or time than BigQuery has for it. Archive properties that are not needed in HubSpot, or give the project a reservation of slots.`,
    verdict: 'retry',
  },
  {
    applies: because('timeout'),
    text: (place) =>
      `A statement on ${where(place)} took longer than BigQuery allows. It is tried again at the next run.`,
    verdict: 'retry',
  },
  {
    applies: because('stopped'),
    text: (place) =>
      `A job on ${where(place)} was cancelled, by somebody or by a limit of time. Nothing of it was written; run again.`,
    verdict: 'retry',
  },
  {
    applies: ({ code, reason }) => reason === 'notImplemented' || code === 501,
    text: ({ server }) =>
      `${server} does not offer something that Keyway needs. Use Google's own service, and another location if that is a new one.`,
  },
  {
    applies: because('invalidQuery'),
    text: (place, { message }) =>
      `BigQuery does not run a statement on ${where(place)}${saidOf(message)}. That is a mistake of Keyway's: please report it with its version.`,
    verdict: 'retry',
  },
  {
    applies: ({ code, reason }) => code === 412 || reason === 'conditionNotMet',
    text: (place) => `Somebody changed ${where(place)} at the same moment. Run again.`,
    verdict: 'retry',
  },
  {
    applies: ({ code, reason }) => code === 409 || reason === 'duplicate',
    text: (place) =>
      `Something of that name is in ${where(place)} already: another process was faster. Run again.`,
    verdict: 'retry',
  },
  {
    applies: ({ code, reason }) => reason === 'invalid' && code === undefined,
    text: (place, { column }) =>
      `BigQuery refused rows of ${where(place)}${column === undefined ? '' : `, at column ${place.columnOf?.(column) ?? column}`}: a value is missing that may not be, or does not fit its column. Compare the table's columns with keyway check.`,
    verdict: 'retry',
  },
  {
    applies: ({ code, reason }) => code === 404 || reason === 'notFound',
    text: (place, { message }) =>
      `${place.server} does not find something that Keyway needs for ${where(place)}: ${sentence(message)} Run keyway migrate; if a dataset is elsewhere, give its location in the URL.`,
  },
];

function denied({ server, project }: Where, { message }: Facts): string {
  const denial = denialIn(message);
  if (denial === undefined) {
    return `${server} denies access: ${sentence(message)} Run keyway check: it names the role that is missing, and for which dataset.`;
  }
  const { permission, dataset } = denial;
  const { role, command } = grantOf(denial, { project });
  return `${server} denies access: ${permission} is missing${dataset === undefined ? '' : ` on dataset ${dataset}`}. Grant ${role} to the account that Keyway runs as: ${command}`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** What a message tells of a statement, which has no values in its text; what may quote those of rows is left out. */
function saidOf(message: string): string {
  const text = message.replace(/^Query error: /, '');
  if (aboutText.test(text)) return `: ${text.slice(0, 300)}`;
  const [at = ''] = / at \[\d+:\d+\]$/.exec(text) ?? [];
  return at;
}

const aboutText =
  /^(?:Syntax error|Unrecognized name|Name .* not found|Column |Query parameter|No matching signature|Value of type \w+ cannot|UPDATE\/MERGE must match|Transaction |DDL |The query is too large|Query is too complex)/;
