import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/** A sentence about a file with a secret that other users of this machine can read; nothing about one that they cannot. */
export function exposure(file: string): string | undefined {
  try {
    const { mode, uid } = statSync(file);
    const others = mode & 0o044;
    if (others === 0 || uid !== process.getuid?.() || isMounted(file)) return undefined;
    const who = (others & 0o004) === 0 ? 'Its group' : 'Everybody on this machine';
    return `${who} can read ${file}, which holds a secret. Take that away: chmod 600 ${file}`;
  } catch {
    return undefined;
  }
}

/** Secrets that Kubernetes and Docker mount: who can read them is decided there. */
function isMounted(file: string): boolean {
  if (/^(\/var)?\/run\/secrets\//.test(resolve(file))) return true;
  return lstatSync(file).isSymbolicLink() && readlinkSync(file).startsWith('..data/');
}
