import { access, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { KeywayError } from '../errors.ts';
import type { Installation } from './installation.ts';
import { type Place, privateFolder } from './place.ts';
import { run } from './program.ts';

export const user = 'keyway';
export const database = 'keyway';

export interface Cluster {
  readonly place: Place;
  readonly programs: Installation;
  readonly password: string;
  /** Whether the files must survive a power failure. */
  readonly durable: boolean;
}

/** Makes the database's files where there are none. Made beside and renamed: half a database is not taken for one. */
export async function ensureCluster(cluster: Cluster): Promise<void> {
  const { place, programs } = cluster;
  const major = await readFile(path.join(place.data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (major !== undefined) return assertMajor(place, programs, major.trim());
  const unfinished = path.join(place.reachable, 'data.new');
  await rm(unfinished, { recursive: true, force: true });
  await privateFolder(unfinished, place.account);
  await initialise(cluster, unfinished);
  await alone(cluster, unfinished, `create database ${database}`);
  await rename(unfinished, place.data);
}

/** For data whose password was lost with the folder that remembered it. No server may run on them. */
export async function setPassword(cluster: Cluster): Promise<void> {
  await alone(cluster, cluster.place.data, `alter role ${user} password '${cluster.password}'`);
}

/** Runs a statement without a server. */
async function alone({ place, programs, durable }: Cluster, data: string, statement: string): Promise<void> {
  const args = ['--single', '-D', data, ...(durable ? [] : ['-F']), 'postgres'];
  const file = path.join(programs.bin, 'postgres');
  await run({ file, account: place.account, args }, `${statement}\n`);
}

export async function hasCluster(place: Place): Promise<boolean> {
  return access(path.join(place.data, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

async function initialise({ place, programs, password, durable }: Cluster, data: string): Promise<void> {
  const folder = path.join(place.reachable, 'init');
  await privateFolder(folder, place.account);
  const file = path.join(folder, 'password');
  try {
    await writeFile(file, password, { mode: 0o600 });
    if (place.account !== undefined) await chown(file, place.account.uid, place.account.gid);
    await run({
      file: path.join(programs.bin, 'initdb'),
      account: place.account,
      args: ['-D', data, '-U', user, `--pwfile=${file}`, ...options, ...(durable ? [] : ['--no-sync'])],
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const options = [
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
];

function assertMajor(place: Place, programs: Installation, found: string): void {
  if (found === programs.major) return;
  throw new KeywayError(
    'warehouse_refused',
    `The embedded database in ${place.data} was made by Postgres ${found}, and this Keyway brings ${programs.major}. Move that folder away and sync afresh, or copy the data with pg_dump of Postgres ${found}.`,
  );
}
