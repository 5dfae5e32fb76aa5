import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../service.ts';
import type { Installation } from './installation.ts';
import type { Place } from './place.ts';
import { cannotRun, launch } from './program.ts';
import { disownPid, type Postmaster, untilReady } from './server-process.ts';

export interface StartOptions {
  readonly place: Place;
  readonly programs: Installation;
  readonly port: number;
  readonly clock: Clock;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Tried again a few times: processes of a server that was killed take a moment to notice. */
export async function startServer(options: StartOptions): Promise<Postmaster> {
  await disownPid(options.place.data);
  for (let left = 4; ; left--) {
    try {
      return await once(options);
    } catch (error) {
      if (left === 0 || !/shared memory block/.test(String(error))) throw error;
      await options.clock.sleep(500);
    }
  }
}

async function once(options: StartOptions): Promise<Postmaster> {
  const { place, programs, clock } = options;
  const log = await open(place.log, 'w', 0o600);
  try {
    const child = launch({
      file: path.join(programs.bin, 'postgres'),
      args: ['-D', place.data, ...settingsOf(options)],
      account: place.account,
      output: log.fd,
    });
    let ended: string | undefined;
    child.once('error', (error) => (ended = error.message));
    child.once('exit', (code, signal) => (ended = `it ended with ${code ?? signal}`));
    child.stdin?.on('error', () => undefined).end();
    child.unref();
    const ready = await untilReady(place.data, clock, () => ended !== undefined);
    if (ready !== undefined) return ready;
    throw cannotRun(
      'postgres',
      `${ended ?? 'it is not ready after a minute'}; ${await lastLines(place.log)}`,
    );
  } finally {
    await log.close();
  }
}

function settingsOf({ port, settings }: StartOptions): readonly string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // No socket file: its path is limited to some 100 bytes, and the folder's name may be longer.
    unix_socket_directories: '',
    // Values of rows stay out of the log.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    ...settings,
  };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim().split('\n').slice(-3).join(' ');
}
