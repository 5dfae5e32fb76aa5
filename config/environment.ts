import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import type { Given, Reading } from './given.ts';
import { unreadable } from './given.ts';
import { didYouMean, nearest } from './nearest.ts';
import { envOf, settingNames, settingOf } from './table.ts';
import type { SettingName } from './table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The path of the YAML file: the only variable that is no setting in it. */
export const configVariable = 'KEYWAY_CONFIG';

/** The path of the YAML file that the environment names. */
export function namedFile(env: Environment): string | undefined {
  return env[configVariable] || undefined;
}

/** What the environment gives, or `.env` when `label` says so. Empty variables count as absent. */
export function readEnvironment(env: Environment, cwd: string, label = ''): Reading {
  const given: Given[] = [];
  const problems = unknownNames(env).map((text) => `${label}${text}`);
  for (const name of settingNames) {
    const found = readVariable(name, { env, cwd, label });
    if (typeof found === 'string') problems.push(found);
    else if (found !== undefined) given.push(found);
  }
  return { given, problems };
}

/** `.env` of the working folder, in Node's own syntax; empty when there is none. */
export function readDotEnv(cwd: string): Environment {
  try {
    // With a byte order mark, as some editors write one, the first name would be another.
    return parseEnv(readFileSync(resolve(cwd, '.env'), 'utf8').replace(/^\ufeff/, ''));
  } catch {
    return {};
  }
}

/** What would let others read along. */
export function unsafeEnvironment(env: Environment): readonly string[] {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0') return [];
  return [
    'NODE_TLS_REJECT_UNAUTHORIZED=0 would send key and data to whoever answers: take it away. For a certificate of your own, name its CA in NODE_EXTRA_CA_CERTS',
  ];
}

/**
 * Takes the secrets out of the environment of this process, so that what it starts does not inherit them. Those of libraries
 * stay (PGPASSWORD, GOOGLE_…): they are read later, and not by us.
 */
export function forgetSecrets(env: NodeJS.ProcessEnv): void {
  for (const name of settingNames) if (settingOf(name).secret === true) delete env[envOf(name)];
}

/** The environment of this process, for whoever reads settings more than once; it keeps no secret until `giveBack`. */
export function takeEnvironment(): { readonly env: Environment; readonly giveBack: () => void } {
  const env = { ...process.env };
  forgetSecrets(process.env);
  return { env, giveBack: () => void Object.assign(process.env, env) };
}

interface Place {
  readonly env: Environment;
  readonly cwd: string;
  readonly label: string;
}

function readVariable(name: SettingName, { env, cwd, label }: Place): Given | string | undefined {
  const variable = envOf(name);
  const text = env[variable]?.trim() ?? '';
  const file = settingOf(name).file === true ? (env[`${variable}_FILE`] ?? '') : '';
  if (text !== '' && file !== '')
    return `${label}${variable} and ${variable}_FILE are both set; keep one of them`;
  if (file !== '') return readMounted(name, resolve(cwd, file), label);
  if (text === '') return undefined;
  const value = settingOf(name).kind.fromText(text);
  return { name, value, source: `${label}${variable}`, subject: () => `${label}${variable}` };
}

function readMounted(name: SettingName, file: string, label: string): Given | string {
  const subject = `${label}${envOf(name)}_FILE`;
  const given = { name, source: `${subject} ${file}`, file, subject: () => `${subject}: ${file}` };
  const comesLater = settingOf(name).comesLater === true;
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text === '' && !comesLater) return `${subject}: ${file} is empty`;
    return { ...given, value: text === '' ? undefined : text };
  } catch (error) {
    if (comesLater && isMissing(error)) return { ...given, value: undefined };
    return `${subject}: ${file} ${unreadable(error)}`;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unknownNames(env: Environment): string[] {
  const known = [configVariable, ...settingNames.flatMap(variablesOf)];
  return Object.keys(env)
    .filter((name) => !known.includes(name) && isOurs(name, known))
    .map((name) => `${name} is not a setting${didYouMean(name, known)}`);
}

/**
 * `KEYWAY_…` is ours, but for what Kubernetes injects for a Service of that name and for what tests use. `HUBSPOT_…`
 * belongs to other tools too, so there only a near miss is an error.
 */
function isOurs(name: string, known: readonly string[]): boolean {
  if (name.startsWith(shared)) return nearest(name.slice(shared.length), ownOf(known)) !== undefined;
  return name.startsWith('KEYWAY_') && !injected.test(name) && !name.startsWith('KEYWAY_TEST_');
}

const shared = 'HUBSPOT_';

/** What all of these names begin with would make any two of them look alike. */
function ownOf(known: readonly string[]): readonly string[] {
  return known.filter((name) => name.startsWith(shared)).map((name) => name.slice(shared.length));
}

const injected = /^KEYWAY_(\w+_)?(SERVICE_(HOST|PORT\w*)|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$/;

function variablesOf(name: SettingName): string[] {
  const variable = envOf(name);
  return settingOf(name).file === true ? [variable, `${variable}_FILE`] : [variable];
}
