import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KeywayError } from '../errors.ts';
import type { Clock } from '../service.ts';
import { isRunning } from './server-process.ts';

/** The processes that use one server, each with a file that bears its pid. */
export async function join(directory: string): Promise<string> {
  const member = path.join(directory, 'users', `${process.pid}-${randomUUID().slice(0, 8)}`);
  await mkdir(path.dirname(member), { recursive: true });
  await writeFile(member, '');
  return member;
}

/** Takes the member's file away; tells whether others remain. Files of processes that died go too. */
export async function leave(directory: string, member?: string): Promise<boolean> {
  if (member !== undefined) await rm(member, { force: true });
  const folder = path.join(directory, 'users');
  let others = false;
  for (const name of await readdir(folder).catch(() => [])) {
    if (await isRunning(Number.parseInt(name, 10))) others = true;
    else await rm(path.join(folder, name), { force: true });
  }
  return others;
}

/** Runs the work while no other process starts, joins or stops the server. */
export async function exclusively<T>(directory: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const lock = path.join(directory, 'lock');
  await take(lock, clock);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(lock: string, clock: Clock): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      await write(lock);
      return;
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
    await breakStale(lock);
    await clock.sleep(50);
  }
  const holder = await readFile(lock, 'utf8').catch(() => '?');
  throw new KeywayError(
    'warehouse_unavailable',
    `Process ${holder} has been starting or stopping the embedded Postgres for too long. Wait for it, or remove ${lock}.`,
    { verdict: 'retry' },
  );
}

const attempts = 2_400;

/** A full disk takes the file, but not what is in it: an empty lock would be nobody's. */
async function write(lock: string): Promise<void> {
  await using file = await open(lock, 'wx');
  try {
    await file.write(String(process.pid));
  } catch (error) {
    await rm(lock, { force: true });
    throw error;
  }
}

/** Renamed before it is removed: of two that find it stale, only one succeeds, and none removes the other's new lock. */
async function breakStale(lock: string): Promise<void> {
  const holder = await readFile(lock, 'utf8').catch(() => undefined);
  if (holder === undefined) return;
  if (holder === '' ? !(await isOld(lock)) : await isRunning(Number(holder))) return;
  const aside = `${lock}.${randomUUID()}`;
  await rename(lock, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => holder);
  if (moved === holder && (holder !== '' || (await isOld(aside)))) await unlink(aside).catch(() => undefined);
  else await rename(aside, lock).catch(() => undefined);
}

/** A lock is empty for as long as it takes to write a number; longer, if its writer died over it. */
async function isOld(lock: string): Promise<boolean> {
  const { mtimeMs } = await stat(lock).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > 10_000;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
