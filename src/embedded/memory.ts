import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';

/** What survives a restart, so that connection strings do too. */
export interface Memory {
  readonly port: number;
  readonly password: string;
}

export async function remembered(directory: string): Promise<Memory | undefined> {
  const text = await readFile(fileOf(directory), 'utf8').catch(() => 'null');
  const found: unknown = JSON.parse(text);
  if (typeof found !== 'object' || found === null || !('port' in found) || !('password' in found))
    return undefined;
  const { port, password } = found;
  return typeof port === 'number' && typeof password === 'string' ? { port, password } : undefined;
}

export async function remember(directory: string, memory: Memory): Promise<void> {
  const unfinished = `${fileOf(directory)}.${process.pid}`;
  await writeFile(unfinished, JSON.stringify(memory), { mode: 0o600 });
  await rename(unfinished, fileOf(directory));
}

export async function forget(directory: string): Promise<void> {
  await rm(fileOf(directory), { force: true });
}

export async function newMemory(): Promise<Memory> {
  return { port: await freePort(), password: randomBytes(18).toString('base64url') };
}

/** Whether nobody listens there: a listener that uses it for a moment finds out. */
export function isFree(port: number): Promise<boolean> {
  return listenOn(port).then(
    () => true,
    () => false,
  );
}

export function freePort(): Promise<number> {
  return listenOn(0);
}

function listenOn(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

function fileOf(directory: string): string {
  return path.join(directory, 'server.json');
}
