import { type ChildProcess, spawn } from 'node:child_process';
import { KeywayError } from '../errors.ts';
import type { Account } from './account.ts';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly account: Account | undefined;
  /** A file descriptor for its output. */
  readonly output: number | 'pipe';
}

/**
 * In a session of its own, so that Ctrl-C on the terminal reaches only us and we stop it in order. With an environment of
 * its own, so that no secret of ours shows in /proc.
 */
export function launch({ file, args, account, output }: Program): ChildProcess {
  return spawn(file, args, {
    cwd: process.platform === 'win32' ? undefined : '/',
    detached: true,
    stdio: ['pipe', output, output],
    ...(account === undefined ? {} : account),
    ...(process.platform === 'win32' ? {} : { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } }),
  });
}

/** Runs to the end; throws with what it said unless it ends well. */
export async function run(program: Omit<Program, 'output'>, input = ''): Promise<void> {
  const child = launch({ ...program, output: 'pipe' });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  }
  child.stdin?.on('error', () => undefined).end(input);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  }).catch((cause: unknown) => {
    throw cannotRun(program.file, cause instanceof Error ? cause.message : String(cause));
  });
  if (code !== 0) throw cannotRun(program.file, said.join('').trim().split('\n').slice(-4).join(' '));
}

export function cannotRun(what: string, why: string): KeywayError {
  return new KeywayError(
    'warehouse_unavailable',
    `The embedded Postgres cannot run (${what}: ${why}). Mend that, or sync into a Postgres of your own with KEYWAY_WAREHOUSE.`,
  );
}
