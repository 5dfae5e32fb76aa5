import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** A user of this machine, by number. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Postgres refuses to run as root: then it runs as another user that exists. `undefined`: as whoever runs us. */
export async function serverAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n').flatMap(userOf);
  const chosen = users.find(({ name }) => name === 'postgres') ?? users.find(({ name }) => name === 'nobody');
  const account = chosen ?? users.find(({ uid }) => uid > 0);
  return account === undefined ? undefined : { uid: account.uid, gid: account.gid };
}

function userOf(line: string): readonly (Account & { readonly name: string })[] {
  const [name = '', , uid = '', gid = ''] = line.split(':');
  return /^\d+$/.test(uid) && /^\d+$/.test(gid) ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
}

/** Whether that user may pass through every folder down to `target`, as far as it exists. */
export async function isReachable(target: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  for (let folder = path.resolve(target); ; folder = path.dirname(folder)) {
    const found = await stat(folder).catch(() => undefined);
    if (found !== undefined && !mayEnter(found, account)) return false;
    if (path.dirname(folder) === folder) return true;
  }
}

function mayEnter(
  folder: { readonly mode: number; readonly uid: number; readonly gid: number },
  { uid, gid }: Account,
): boolean {
  if (folder.uid === uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}
