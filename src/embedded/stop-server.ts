import type { Clock, Log } from '../service.ts';
import path from 'node:path';
import { installation } from './installation.ts';
import type { Place } from './place.ts';
import { run } from './program.ts';
import { postmaster, untilGone } from './server-process.ts';

/** Fast shutdown: open transactions are rolled back, everything committed is on disk. */
export async function stopServer(place: Place, clock: Clock, log: Log): Promise<void> {
  const found = await postmaster(place.data);
  if (found === undefined) return;
  try {
    await interrupt(place, found.pid);
  } catch (error) {
    log.warn(
      { pid: found.pid, reason: String(error) },
      'The embedded Postgres belongs to another user and stays up',
    );
    return;
  }
  if (!(await untilGone(found.pid, clock)))
    log.warn({ pid: found.pid }, 'The embedded Postgres takes long to stop');
}

/** Windows has no signals: a kill there would be no clean shutdown. */
async function interrupt(place: Place, pid: number): Promise<void> {
  if (process.platform !== 'win32') {
    process.kill(pid, 'SIGINT');
    return;
  }
  const programs = await installation(place.account, place.reachable);
  const args = ['stop', '-D', place.data, '-m', 'fast'];
  await run({ file: path.join(programs.bin, 'pg_ctl'), args, account: place.account });
}
