import { KeywayError } from '../../errors.ts';

/** Where an error happened: for its message. */
export interface Place {
  /** Host, port, database: never a password. */
  readonly server: string;
  readonly schema: string;
  readonly user: string;
  readonly table?: string;
  /** The table's columns: a name that Postgres gives is believed only if it is one of them. */
  readonly columns?: readonly string[];
}

/**
 * A driver's error as one of ours. Postgres puts values of rows into message, detail and context, so of an error about
 * data nothing is kept but its code and the names in it.
 */
export function refusal(error: unknown, place: Place): KeywayError {
  if (error instanceof KeywayError) return error;
  const facts = factsOf(error, place.columns);
  const table = facts.table ?? place.table;
  const details = {
    ...(facts.code === undefined ? {} : { code: facts.code }),
    ...(table === undefined ? {} : { table }),
    ...(facts.column === undefined ? {} : { column: facts.column }),
    ...(facts.constraint === undefined ? {} : { constraint: facts.constraint }),
  };
  if (facts.code === undefined || !sqlState.test(facts.code)) return unreachable(facts, place, details);
  return advised(facts, { ...place, ...(table === undefined ? {} : { table }) }, details);
}

/** Whether the same transaction may succeed when it is tried again at once. */
export function isTransient(error: unknown): boolean {
  if (error instanceof KeywayError) return false;
  const { code, message } = factsOf(error);
  if (code !== undefined && sqlState.test(code))
    return /^(?:08|57P0[123]|40001|40P01|53300|55P03)/.test(code);
  if (code !== undefined) return networkCodes.has(code);
  return lostConnection.test(message) && !noTls.test(message);
}

/** The driver gives these errors no code. */
const lostConnection = /terminat|timeout|not queryable|closed|connection|socket/i;

/** Says "connections" too, and will not pass. */
const noTls = /does not support SSL/i;

/** With a digit at least: `EPIPE` has five letters too, but is the network's. */
const sqlState = /^(?=.*\d)[0-9A-Z]{5}$/;

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);

interface Facts {
  readonly code: string | undefined;
  readonly message: string;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
}

type Details = Readonly<Record<string, string>>;

function factsOf(error: unknown, columns: readonly string[] = []): Facts {
  const fields: Readonly<Record<string, unknown>> =
    typeof error === 'object' && error !== null ? { ...error } : {};
  const text = (name: string): string | undefined => {
    const value = fields[name];
    return typeof value === 'string' ? value : undefined;
  };
  const fromCopy = /^COPY keyway_rows_\w+, line \d+, column (.+?):/m.exec(text('where') ?? '')?.[1];
  return {
    code: text('code'),
    message: error instanceof Error ? error.message : '',
    table: text('table'),
    column: text('column') ?? columns.find((name) => name === fromCopy),
    constraint: text('constraint'),
  };
}

function unreachable(facts: Facts, place: Place, details: Details): KeywayError {
  if (noTls.test(facts.message)) {
    return new KeywayError(
      'warehouse_refused',
      `Postgres at ${place.server} offers no TLS. Remove sslmode from the URL, or turn TLS on at the server.`,
      { details },
    );
  }
  if (/certificate|self-signed|altname/i.test(`${facts.code} ${facts.message}`)) {
    return new KeywayError(
      'warehouse_refused',
      `The TLS certificate of Postgres at ${place.server} cannot be verified. Add sslrootcert=<file> to the URL, or use sslmode=require.`,
      { details },
    );
  }
  if (facts.code === undefined && !lostConnection.test(facts.message)) return internal(facts, place);
  const why = facts.code === undefined ? 'the connection ended' : facts.code;
  return new KeywayError(
    'warehouse_unavailable',
    `Postgres at ${place.server} cannot be reached (${why}). Check host, port and firewall, and that the server runs.`,
    { verdict: 'retry', details },
  );
}

function internal(facts: Facts, place: Place): KeywayError {
  return new KeywayError(
    'internal',
    `Unexpected error while working with Postgres at ${place.server}: ${facts.message}`,
  );
}

function advised(facts: Facts, place: Place, details: Details): KeywayError {
  const code = facts.code ?? '';
  const rule = advice.find(([pattern]) => pattern.test(code));
  const passes = /^(?:08|25006|25P03|40|53|55P03|57)/.test(code);
  const text = rule === undefined ? fallback(facts, place) : rule[1](place, facts);
  return new KeywayError(
    passes ? 'warehouse_unavailable' : 'warehouse_refused',
    `${text} (Postgres code ${code})`,
    { verdict: passes || ofRows.test(code) ? 'retry' : 'stop', details },
  );
}

/** What is wrong with rows of one table, or what a user has laid down for it, is no reason to leave the others. */
const ofRows = /^(?:09|2[1237F]|38|39|44|54000|P0)/;

/** Messages of these classes carry names only, never values of rows. */
function fallback(facts: Facts, place: Place): string {
  const where = place.table === undefined ? place.server : `${place.schema}.${place.table}`;
  const said = /^(?:0A|28|3D|3F|42|53|55|57)/.test(facts.code ?? '') ? `: ${facts.message}` : '';
  const column = facts.column === undefined ? '' : `, column ${facts.column}`;
  return `Postgres refused a statement on ${where}${column}${said}.`;
}

const advice: readonly (readonly [RegExp, (place: Place, facts: Facts) => string])[] = [
  [
    /^28P01/,
    (place) => `Postgres at ${place.server} refused the password of "${place.user}". Correct it in the URL.`,
  ],
  [
    /^28000/,
    (place, { message }) =>
      /no encryption|SSL off/.test(message)
        ? `Postgres at ${place.server} accepts TLS only. Add sslmode=require to the URL.`
        : `Postgres at ${place.server} does not let "${place.user}" in: ${message}.`,
  ],
  [/^3D000/, (place) => `The database of ${place.server} does not exist. Create it, or correct the URL.`],
  [
    /^42501/,
    (place, { message }) =>
      `Postgres at ${place.server}: ${message}. Have its owner run: ${grantFor(place, message)}`,
  ],
  [
    /^25006/,
    (place) =>
      `Postgres at ${place.server} is read-only: a standby, or default_transaction_read_only is on. Use the primary’s address.`,
  ],
  [/^53100/, (place) => `The disk of Postgres at ${place.server} is full. Free or add space.`],
  [
    /^53300/,
    (place) => `Postgres at ${place.server} has no connection left. Raise max_connections or close some.`,
  ],
  [
    /^23502/,
    (place, { column = '?' }) =>
      `Column "${column}" of ${tableOf(place)} may not be empty, and Keyway has nothing for it. Give it a default, or let it be NULL.`,
  ],
  [
    /^23/,
    (place, { constraint = '?' }) =>
      `The constraint or index "${constraint}" refuses a row of ${tableOf(place)}. It is none of Keyway’s: change or drop it.`,
  ],
  [
    /^2BP01/,
    (place) =>
      `${tableOf(place)} cannot be dropped: something of yours is built on it, such as a view. Drop that first.`,
  ],
  [
    /^(?:54011|54000)/,
    (place, { message, constraint }) =>
      message.startsWith('index row')
        ? `An index on ${tableOf(place)}${constraint === undefined ? '' : `, "${constraint}",`} cannot take a value that long. Drop it, or index less of the value, such as md5(…).`
        : `A row or table is too wide for Postgres in ${tableOf(place)}. Archive properties that are not needed in HubSpot.`,
  ],
  [/^57014/, (place) => `A statement took too long at ${place.server} and was cancelled by its timeout.`],
];

function tableOf({ schema, table = '?' }: Place): string {
  return `${schema}.${table}`;
}

function grantFor(place: Place, message: string): string {
  if (/for database/.test(message)) return `GRANT CREATE, TEMPORARY ON DATABASE … TO "${place.user}";`;
  if (/temporary/.test(message)) return `GRANT TEMPORARY ON DATABASE … TO "${place.user}";`;
  if (/for schema/.test(message))
    return `GRANT USAGE, CREATE ON SCHEMA "${place.schema}" TO "${place.user}";`;
  if (/must be owner of/.test(message)) return `ALTER TABLE … OWNER TO "${place.user}";`;
  const all = 'SELECT, INSERT, UPDATE, DELETE';
  return `GRANT ${all} ON ALL TABLES IN SCHEMA "${place.schema}" TO "${place.user}";`;
}
