import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import type { Clock } from '../service.ts';

/** What postmaster.pid tells (Postgres docs, Server Shutdown and the file's own format). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly ready: boolean;
}

/** The server that runs on these data, if any. */
export async function postmaster(data: string): Promise<Postmaster | undefined> {
  const lines = await pidFile(data);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isPostgres(pid))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Postgres refuses to start while the pid that its last run noted exists, even as another program or as a zombie that
 * nobody reaps. The file is not removed: its other lines keep Postgres from starting beside survivors of that run.
 */
export async function disownPid(data: string): Promise<void> {
  const [pid, ...rest] = await pidFile(data);
  if (!isKnown(Number(pid)) || (await isPostgres(Number(pid)))) return;
  await writeFile(path.join(data, 'postmaster.pid'), [String(noPid), ...rest].join('\n'));
}

/** Above every pid that a system gives. */
const noPid = 2 ** 31 - 2;

async function pidFile(data: string): Promise<readonly string[]> {
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  return text.split('\n');
}

/** Whether a process runs; one that ended and that nobody has reaped, as a container's first process may not, does not. */
export async function isRunning(pid: number): Promise<boolean> {
  if (!isKnown(pid)) return false;
  const state = (await statusOf(pid))?.state;
  return state !== 'Z' && state !== 'X';
}

function isKnown(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A pid may have gone to another program since; where the system tells, ask. */
async function isPostgres(pid: number): Promise<boolean> {
  return (await isRunning(pid)) && ((await statusOf(pid))?.name ?? 'postgres') === 'postgres';
}

async function statusOf(pid: number): Promise<{ readonly name: string; readonly state: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, name, state] = /\((.*)\) (\w)/.exec(text) ?? [];
  return name === undefined || state === undefined ? undefined : { name, state };
}

export async function untilReady(
  data: string,
  clock: Clock,
  failed: () => boolean | Promise<boolean>,
): Promise<Postmaster | undefined> {
  for (let attempt = 0; attempt < attempts && !(await failed()); attempt++) {
    const found = await postmaster(data);
    if (found?.ready === true && (await answers(found.port))) return found;
    await clock.sleep(25);
  }
  return undefined;
}

export async function untilGone(pid: number, clock: Clock): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (!(await isPostgres(pid))) return true;
    await clock.sleep(25);
  }
  return false;
}

const attempts = 2_400;

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
