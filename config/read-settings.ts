import { resolve } from 'node:path';
import { KeywayError } from '../src/errors.ts';
import { pastedKey } from '../src/pasted-key.ts';
import { isCustom } from '../src/pipeline.ts';
import { everyObject } from '../src/privacy.ts';
import { datasetProblems, datasetsOf, type Place, type Places } from './datasets.ts';
import {
  configVariable,
  forgetSecrets,
  readDotEnv,
  readEnvironment,
  unsafeEnvironment,
} from './environment.ts';

import type { Environment } from './environment.ts';
import { exposure } from './exposed-files.ts';
import { readFile } from './file.ts';
import type { Given, Reading } from './given.ts';
import { leftOut } from './left-out.ts';
import { didYouMean } from './nearest.ts';
import { Secret } from './secret.ts';
import { notifyFrom, rateLimitFrom, schedulesFrom, syncFrom } from './setting-groups.ts';
import { shownSettings } from './shown-settings.ts';
import type { Settings } from './settings.ts';
import { settingNames, settingOf } from './table.ts';
import type { SecretName, SettingName, Values } from './table.ts';

export interface SettingsRequest {
  /** Default: the environment of this process. */
  readonly env?: Environment;
  /** Where `.env`, relative paths and the default file are; default: the working folder of this process. */
  readonly cwd?: string;
  readonly flags?: Flags;
  /** As if there were no YAML file: for whoever is about to write one. */
  readonly withoutFile?: boolean;
  /** The names that `pipelines`, `associations` and `history` may use. */
  readonly known: KnownNames;
}

export interface KnownNames {
  readonly pipelines: readonly string[];
  /** The objects that can be linked. */
  readonly objects: readonly string[];
  /** The tables that have their names already. */
  readonly tables: readonly string[];
}

/** What the command line said: as text, with the words by which to name it in an error. */
export interface Flags {
  readonly config?: string;
  readonly logLevel?: string;
}

/**
 * Flag, environment, `.env`, YAML, default: the first that says something wins, and all are checked. Throws one
 * `config_invalid` that lists everything that is wrong.
 */
export function readSettings(request: SettingsRequest): Settings {
  const { env = process.env, cwd = process.cwd(), flags = {}, known } = request;
  const dotEnv = readDotEnv(cwd);
  const file = flags.config ?? (env[configVariable] || dotEnv[configVariable] || undefined);
  const readings: Reading[] = [
    { given: fromFlags(flags), problems: [] },
    readEnvironment(env, cwd),
    readEnvironment(dotEnv, cwd, '.env: '),
    ...(request.withoutFile === true ? [] : [readFile(file, cwd)]),
  ];
  const problems = readings.flatMap((reading) => reading.problems);
  const all: Parsed[] = [];
  const chosen = new Map<SettingName, Parsed>();
  for (const given of readings.flatMap((reading) => reading.given)) {
    const parsed = parse(given);
    problems.push(...parsed.problems);
    all.push(parsed);
    if (!chosen.has(given.name)) chosen.set(given.name, parsed);
  }
  const there = withObjects(known, chosen.get('objects')?.value as Values['objects']);
  for (const parsed of all) problems.push(...unknownNames(parsed, there));
  problems.push(...leftOut(chosen), ...datasetProblems(placesOf(chosen), env), ...unsafeEnvironment(env));
  if (request.env === undefined) forgetSecrets(process.env);
  if (problems.length > 0) throw refusal(problems);
  return { ...settingsFrom(chosen, cwd, env), warnings: exposures(all, cwd) };
}

/** Once each: a file may hold several secrets. */
function exposures(all: readonly Parsed[], cwd: string): readonly string[] {
  const files = all.flatMap(({ given, source, file }) => {
    if (settingOf(given.name).secret !== true) return [];
    return source.startsWith('.env: ') && file === undefined ? [resolve(cwd, '.env')] : (file ?? []);
  });
  return [...new Set(files)].flatMap((file) => exposure(file) ?? []);
}

interface Parsed {
  readonly given: Given;
  readonly value: unknown;
  readonly source: string;
  readonly file?: string;
  readonly problems: readonly string[];
}

function fromFlags(flags: Flags): Given[] {
  const given: Given[] = [];
  if (flags.logLevel !== undefined) {
    const value = settingOf('log.level').kind.fromText(flags.logLevel);
    given.push({ name: 'log.level', value, source: '--log-level', subject: () => '--log-level' });
  }
  return given;
}

/** Names that are given to further objects count like those that there are. */
function withObjects(known: KnownNames, objects: Values['objects'] = []): KnownNames {
  const names = objects.map(({ name }) => name);
  return { ...known, pipelines: [...known.pipelines, ...names], objects: [...known.objects, ...names] };
}

function parse(given: Given): Parsed {
  const { kind, secret } = settingOf(given.name);
  const result = kind.type.safeParse(given.value);
  const about = { given, source: given.source, ...(given.file === undefined ? {} : { file: given.file }) };
  if (!result.success) {
    const not = secret === true ? '' : `, not ${JSON.stringify(given.value)}`;
    const problems = result.error.issues.map(
      ({ path, message }) => `${given.subject(path)} ${message}${not}`,
    );
    return { ...about, value: undefined, problems };
  }
  return { ...about, value: result.data, problems: [] };
}

function unknownNames({ given, value }: Parsed, known: KnownNames): string[] {
  if (value === undefined) return [];
  if (given.name === 'pipelines') {
    const named = value as NonNullable<Values['pipelines']>;
    return misnamed(given, named, { is: 'a pipeline', known: known.pipelines });
  }
  if (given.name === 'associations') {
    const named = (value as NonNullable<Values['associations']>).flatMap(({ from, to }) => [from, to]);
    return misnamed(given, named, { is: 'an object that can be linked', known: known.objects });
  }
  if (given.name === 'properties') {
    const named = Object.keys(value as NonNullable<Values['properties']>);
    const objects = [everyObject, ...known.objects];
    return misnamed(given, named, { is: 'an object', known: objects });
  }
  if (given.name === 'history') {
    const named = Object.keys(value as NonNullable<Values['history']>);
    return misnamed(given, named, { is: 'an object whose history can be kept', known: known.objects });
  }
  if (given.name === 'schedules.pipelines') {
    const named = (value as NonNullable<Values['schedules.pipelines']>).flatMap(({ pipelines }) => pipelines);
    return misnamed(given, named, { is: 'a pipeline', known: known.pipelines });
  }
  if (given.name === 'objects') return takenNames(given, value as NonNullable<Values['objects']>, known);
  return [];
}

function takenNames(given: Given, objects: NonNullable<Values['objects']>, known: KnownNames): string[] {
  const taken = objects
    .filter(({ name }) => known.tables.includes(name))
    .map(
      ({ name }) => `${given.subject([name])}: ${JSON.stringify(name)} is the name of another table already`,
    );
  const linked = objects.flatMap(({ associations }) => associations);
  return [...taken, ...misnamed(given, linked, { is: 'an object that can be linked', known: known.objects })];
}

function misnamed(
  given: Given,
  named: readonly string[],
  kind: { readonly is: string; readonly known: readonly string[] },
): string[] {
  return [...new Set(named)]
    .filter((name) => !kind.known.includes(name) && !isCustom(name))
    .map((name) => {
      const meant = didYouMean(name, kind.known) || `; there are ${kind.known.join(', ')}`;
      return `${given.subject([], name)}: ${JSON.stringify(name)} is not ${kind.is}${meant}`;
    });
}

function refusal(problems: readonly string[]): KeywayError {
  const unique = [...new Set(problems)];
  const [only] = unique;
  const message =
    unique.length === 1 && only !== undefined
      ? only
      : `${unique.length} settings are not right:\n${unique.map((problem) => `  ${problem}`).join('\n')}`;
  return new KeywayError('config_invalid', message, { details: { problems: unique } });
}

/** Those that are not right are told of already. */
function placesOf(chosen: ReadonlyMap<SettingName, Parsed>): Places {
  const names = ['warehouse', 'schema', 'stateSchema'] as const;
  const right = names.flatMap((name): [string, Place][] => {
    const { given, value } = chosen.get(name) ?? {};
    return given === undefined || typeof value !== 'string' ? [] : [[name, { text: value, given }]];
  });
  return Object.fromEntries(right);
}

function settingsFrom(
  chosen: ReadonlyMap<SettingName, Parsed>,
  cwd: string,
  env: Environment,
): Omit<Settings, 'warnings'> {
  const value: Valued = (name) => (chosen.has(name) ? chosen.get(name)?.value : defaultOf(name)) as never;
  const secret = (name: SecretName): Secret | undefined => {
    const [text, file] = [value(name), chosen.get(name)?.file];
    const clean = name.startsWith('hubspot.') ? pastedKey : undefined;
    return text === undefined && file === undefined ? undefined : new Secret(text ?? '', file, clean);
  };
  const sources = settingNames.map((name) => [name, chosen.get(name)?.source ?? 'default'] as const);
  return {
    hubspot: {
      key: secret('hubspot.serviceKey'),
      nextKey: secret('hubspot.serviceKeyNext'),
      keyWait: value('hubspot.keyWait'),
      legacyToken: secret('hubspot.legacyToken'),
      baseUrl: value('hubspot.baseUrl'),
    },
    warehouse: secret('warehouse'),
    ...(datasetsOf(placesOf(chosen)) ?? { schema: value('schema'), stateSchema: value('stateSchema') }),
    bigquery: { maximumBytesBilled: value('bigquery.maximumBytesBilled') },
    directory: resolve(cwd, value('directory')),
    ...wanted(value),
    ...rules(value),
    hashKey: secret('hashKey'),
    sync: syncFrom(value),
    schedules: schedulesFrom(value),
    notify: notifyFrom(value, secret('notify.webhook')),
    backfill: { share: value('backfill.share') },
    rateLimit: rateLimitFrom(value),
    http: value('http'),
    httpToken: secret('httpToken'),
    log: { level: value('log.level'), format: value('log.format') },
    ci: !['', 'false', '0', undefined].includes(env['CI']),
    sources: Object.fromEntries(sources) as Settings['sources'],
    shown: shownSettings(chosen),
  };
}

type Valued = <Name extends SettingName>(name: Name) => Values[Name];

function wanted(value: Valued): Pick<Settings, 'pipelines' | 'objects' | 'associations' | 'history'> {
  return {
    pipelines: value('pipelines'),
    objects: value('objects') ?? [],
    associations: value('associations'),
    history: value('history'),
  };
}

function rules(value: Valued): Pick<Settings, 'properties' | 'sensitivity'> {
  return {
    properties: value('properties') ?? {},
    sensitivity: {
      sensitive: value('sensitivity.sensitive'),
      highly_sensitive: value('sensitivity.highlySensitive'),
    },
  };
}

function defaultOf(name: SettingName): unknown {
  const { kind, default: written } = settingOf(name);
  return written === undefined ? undefined : kind.type.parse(written);
}
