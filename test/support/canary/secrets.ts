import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseEnv } from 'node:util';

type Environment = Readonly<Record<string, string | undefined>>;

/** Every secret that something was given in this file of tests. */
const known = new Set<string>();

export function remember(...secrets: readonly string[]): void {
  for (const secret of secrets) known.add(secret);
}

export function rememberedSecrets(): ReadonlySet<string> {
  return known;
}

const names = [
  'HUBSPOT_SERVICE_KEY',
  'HUBSPOT_SERVICE_KEY_NEXT',
  'HUBSPOT_LEGACY_TOKEN',
  'KEYWAY_HASH_KEY',
  'KEYWAY_HTTP_TOKEN',
  'KEYWAY_NOTIFY__WEBHOOK',
  'KEYWAY_WAREHOUSE',
  'PGPASSWORD',
];

/** The secrets that a process finds in its environment, in files that this names, in `.env` and in Google's credentials. */
export function secretsGiven(env: Environment, cwd: string): readonly string[] {
  const all = [env, parseEnv(textOf(resolve(cwd, '.env')))];
  const named = all.flatMap((env) =>
    names.flatMap((name) => {
      const file = env[`${name}_FILE`];
      return [env[name], file === undefined ? undefined : textOf(resolve(cwd, file)).trim()];
    }),
  );
  return [...named.flatMap(secretIn), ...all.flatMap(ofGoogle)];
}

/** Folders that hold secrets because somebody put them there. */
export function secretFolders(env: Environment, cwd: string): readonly string[] {
  return names
    .flatMap((name) => env[`${name}_FILE`] ?? [])
    .map((file) => dirname(resolve(cwd, file)))
    .filter((folder) => folder !== cwd);
}

/** Of a URL, what is secret in it. */
function secretIn(value: string | undefined): readonly string[] {
  if (value === undefined || value === '') return [];
  if (!/^\w+:\/\//.test(value)) return [value];
  // Of a webhook the path is.
  if (/^https?:/.test(value)) return [new URL(value).pathname];
  const password = URL.canParse(value) ? new URL(value).password : '';
  return password === '' ? [] : [password, decodeURIComponent(password)];
}

function ofGoogle(env: Environment): readonly string[] {
  const file = env['GOOGLE_APPLICATION_CREDENTIALS'];
  if (file === undefined) return [];
  const credentials = JSON.parse(textOf(file) || '{}') as {
    private_key?: string;
    refresh_token?: string;
    credential_source?: { file?: string };
  };
  const subject = credentials.credential_source?.file;
  const all = [credentials.private_key, credentials.refresh_token, subject && textOf(subject)];
  // What the double of BigQuery gives for them.
  return [...all.filter((secret) => secret !== undefined), 'a-token-of-the-double'];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
