import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { watchProcess } from '../support/canary/index.ts';

export const binary = resolve(import.meta.dirname, '../../src/cli/keyway.mjs');

export interface Result {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Invocation {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Default: an empty folder of its own. */
  readonly cwd?: string;
  /** Another Node than the one of the tests. */
  readonly node?: string;
  readonly user?: { readonly uid?: number; readonly gid?: number };
  readonly stdio?: StdioOptions;
}

/** The real program, with nothing of this process's environment but what it is given. */
export async function keyway(args: readonly string[], invocation: Invocation = {}): Promise<Result> {
  return finished(start(args, invocation));
}

export function start(args: readonly string[], invocation: Invocation = {}): ChildProcess {
  return startProgram(binary, args, invocation);
}

/** Another copy of it. */
export function startProgram(
  program: string,
  args: readonly string[],
  invocation: Invocation = {},
): ChildProcess {
  const { cwd = emptyFolder(), node = process.execPath, user = {}, stdio = 'pipe' } = invocation;
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: 'UTC', ...invocation.env };
  const child = spawn(node, [program, ...args], { cwd, env, stdio, ...user });
  const found = watchProcess(child, { args, env, cwd });
  onTestFinished(() => {
    child.kill('SIGKILL');
    // No process shows a secret that it was given, whatever its test is about.
    expect(found()).toEqual([]);
  });
  return child;
}

export async function finished(child: ChildProcess): Promise<Result> {
  const texts = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  await once(child, 'close');
  return { exitCode: child.exitCode, ...texts };
}

/** Resolves with what the stream has said so far, once it has said something that fits. */
export async function said(stream: ChildProcess['stdout'], pattern: RegExp): Promise<string> {
  let text = '';
  for await (const chunk of stream ?? []) {
    text += String(chunk);
    if (pattern.test(text)) return text;
  }
  throw new Error(`it ended without saying ${pattern}: ${text}`);
}

export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
