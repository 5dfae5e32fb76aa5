import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Account } from '../source.ts';
import { setUpEnv } from './set-up-env.ts';
import { setUpYaml } from './set-up-yaml.ts';
import type { SetUp } from './set-up.ts';

export interface Place {
  readonly cwd: string;
  /** The settings file, from there. */
  readonly file: string;
}

export interface WrittenFile {
  readonly file: string;
  readonly what: string;
}

/** Whether there is a settings file already. */
export function isSetUp({ cwd, file }: Place): boolean {
  return existsSync(resolve(cwd, file));
}

/** Writes settings file and `.env`, and has git leave alone what is not for it. An older settings file is kept beside the new one. */
export function writeSetUp(
  setUp: SetUp,
  { cwd, file, account }: Place & { readonly account: Pick<Account, 'portalId'> },
): readonly WrittenFile[] {
  const path = resolve(cwd, file);
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const older = existsSync(path)
    ? `${file}.${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}`
    : undefined;
  if (older !== undefined) renameSync(path, resolve(cwd, older));
  const hasSchema = existsSync(join(folder, 'keyway.schema.json'));
  replaceFile(path, setUpYaml(setUp, { account, hasSchema }), 0o644);
  // Before there is a secret for it to take.
  const ignored = leaveToUs(cwd, setUp);
  const isChanged = writeEnv(cwd, setUp);
  return [
    { file, what: 'the settings' },
    ...(older === undefined ? [] : [{ file: older, what: 'the settings of before' }]),
    ...(isChanged ? [{ file: '.env', what: 'what is secret: only you can read it' }] : []),
    ...(ignored === '' ? [] : [{ file: '.gitignore', what: `so that git does not take ${ignored}` }]),
  ];
}

function writeEnv(cwd: string, setUp: SetUp): boolean {
  const path = resolve(cwd, '.env');
  const isThere = existsSync(path);
  const text = setUpEnv(setUp, isThere ? readFileSync(path, 'utf8') : undefined);
  // Behind a link, the file that it leads to.
  if (text !== undefined) replaceFile(isThere ? realpathSync(path) : path, text, 0o600);
  return text !== undefined;
}

/** In one go: a crash leaves the old file or the new one, and nobody sees a secret under laxer rights. */
function replaceFile(path: string, text: string, mode: number): void {
  const fresh = `${path}.${process.pid}.new`;
  writeFileSync(fresh, text, { mode });
  renameSync(fresh, path);
}

/** Adds to `.gitignore` what git would take; says what that was. */
function leaveToUs(cwd: string, { warehouse }: SetUp): string {
  const ours = ['.env', ...(warehouse?.kind === 'embedded' ? ['.keyway/'] : [])].filter((name) =>
    isTaken(cwd, name),
  );
  if (ours.length === 0) return '';
  const path = resolve(cwd, '.gitignore');
  const isWhole = !existsSync(path) || /(^|\n)$/.test(readFileSync(path, 'utf8'));
  appendFileSync(path, `${isWhole ? '' : '\n'}${ours.join('\n')}\n`);
  return ours.join(' and ');
}

/** Whether this is a git work tree that does not ignore it; where there is no git, nothing is known to take it. The child gets no environment, which may hold the key. */
function isTaken(cwd: string, name: string): boolean {
  return spawnSync('git', ['check-ignore', '-q', '--', name], { cwd, env: {} }).status === 1;
}
