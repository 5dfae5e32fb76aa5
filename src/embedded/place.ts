import { createHash } from 'node:crypto';
import { chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type Account, isReachable, serverAccount } from './account.ts';

/** Where the files of one embedded server are. */
export interface Place {
  /** As given: settings, password, who uses it. */
  readonly directory: string;
  readonly data: string;
  /** For files that the server's user must read: the same as `directory` unless it cannot get there. */
  readonly reachable: string;
  readonly log: string;
  readonly account: Account | undefined;
}

export async function placeOf(given: string): Promise<Place> {
  const directory = path.resolve(given);
  const account = await serverAccount();
  await mkdir(directory, { recursive: true });
  const reachable = (await isReachable(directory, account)) ? directory : await elsewhere(directory);
  return {
    directory,
    data: path.join(reachable, 'data'),
    reachable,
    log: path.join(directory, 'postgres.log'),
    account,
  };
}

/** Under a folder such as /root, which only root may enter, the data go to where another user can reach them. */
async function elsewhere(directory: string): Promise<string> {
  const name = createHash('sha256').update(directory).digest('hex').slice(0, 16);
  const folder = path.join('/var/lib/keyway', name);
  await mkdir(folder, { recursive: true });
  return folder;
}

/** A folder for the server's user alone. */
export async function privateFolder(folder: string, account: Account | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account !== undefined) await chown(folder, account.uid, account.gid);
}
