import { readFile } from 'node:fs/promises';
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
  const text = await readFile(path.join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid) || !(await isPostgres(pid))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A pid may have gone to another program since; where the system tells, ask. */
async function isPostgres(pid: number): Promise<boolean> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined);
  return name === undefined || name.trim() === 'postgres';
}

export async function untilReady(
  data: string,
  clock: Clock,
  failed: () => boolean,
): Promise<Postmaster | undefined> {
  for (let attempt = 0; attempt < attempts && !failed(); attempt++) {
    const found = await postmaster(data);
    if (found?.ready === true && (await answers(found.port))) return found;
    await clock.sleep(25);
  }
  return undefined;
}

export async function untilGone(pid: number, clock: Clock): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (!isAlive(pid)) return true;
    await clock.sleep(25);
  }
  return false;
}

const attempts = 2_400;

export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
