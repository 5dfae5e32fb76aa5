import { pino } from 'pino';
import type { Settings } from '../../config/index.ts';
import type { Log } from '../service.ts';

export interface LogOptions {
  readonly level: Settings['log']['level'];
  readonly format: Settings['log']['format'];
  readonly color: boolean;
  /** Takes a whole line, its newline included. */
  readonly write: (line: string) => void;
}

/** A log from which the settings' secrets are struck out, whatever field or message they got into. */
export async function openLog(settings: Settings, options: LogOptions): Promise<Log> {
  const pretty = options.format === 'pretty' ? await prettyPrinter(options.color) : undefined;
  const destination = {
    write: (line: string) => options.write(strikeOut(pretty === undefined ? line : pretty(line), settings)),
  };
  const log: Log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return log;
}

/**
 * The text without keys, legacy token, hash key, webhook and warehouse password, nor anything else of their looks. Secrets shorter than
 * `shortest` are struck out of URLs alone: without a password such as `a`, no log would be left.
 */
export function strikeOut(text: string, settings: Settings, shortest = 4): string {
  let clean = text;
  for (const value of [...secretsOf(settings), ...partsOfWebhook(settings)]) {
    if (value.length < shortest) continue;
    for (const form of new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]))
      clean = clean.replaceAll(form, shown);
  }
  return clean
    .replaceAll(serviceKey, shown)
    .replaceAll(bearer, `$1${shown}`)
    .replaceAll(privateKey, shown)
    .replaceAll(passwordInUrl, `$1${shown}@`);
}

const shown = '[secret]';
const serviceKey = /pat-[a-z0-9]+-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const bearer = /\b(bearer\s+)[\w\-.~+/]{8,}=*/gi;
/** Its line breaks may be written as in JSON. */
const privateKey =
  /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]|\\[nr])*(?:-----END [A-Z ]*PRIVATE KEY-----)?/g;
/** Up to the last @ of the word: a password that was not percent-encoded may hold one. */
const passwordInUrl = /(postgres(?:ql)?:\/\/[^\s"':/@]*:)[^\s"']*@/gi;

/** Read afresh for each line: a key that is rotated while the process lives is struck out too. */
function secretsOf({ hubspot, warehouse, hashKey, httpToken }: Settings): string[] {
  const url = warehouse?.reveal() ?? '';
  const encoded = URL.canParse(url) ? new URL(url).password : '';
  const secrets = [hubspot.key, hubspot.nextKey, hubspot.legacyToken, hashKey, httpToken];
  const values = secrets.flatMap((secret) =>
    secret === undefined ? [] : [secret.reveal(), ...secret.former()],
  );
  return [...values, url, encoded, decodeURIComponent(encoded)].filter(
    (value) => value !== '' && value !== 'none',
  );
}

/** The whole of it, and what makes it secret: in most of them a path. */
function partsOfWebhook({ notify: { webhook } }: Settings): string[] {
  const urls = webhook === undefined ? [] : [webhook.reveal(), ...webhook.former()];
  return urls.flatMap((url) => {
    if (!URL.canParse(url)) return url === '' ? [] : [url];
    const { pathname, search } = new URL(url);
    return [url, pathname + search, pathname].filter((part) => part.length >= 8);
  });
}

/** pino-pretty is not part of the production install: without it, lines stay JSON. */
async function prettyPrinter(color: boolean): Promise<((line: string) => string) | undefined> {
  try {
    const { prettyFactory } = await import('pino-pretty');
    const print = prettyFactory({
      colorize: color,
      ignore: 'run',
      singleLine: true,
      translateTime: 'SYS:HH:MM:ss',
    });
    return (line) => print(line) ?? '';
  } catch {
    return undefined;
  }
}
