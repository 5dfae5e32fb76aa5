import { spawnSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keyway } from '../cli/run-keyway.ts';
import { type OwnServer, ownServer, temporaryFolder } from '../support/own-server.ts';
import { environment, hurried, withSandbox, wrong } from './account.ts';

const megabyte = 1024 * 1024;

it('a disk that is full fails a run with advice and loses nothing; with room again, the next run completes', async (context) => {
  const disk = await smallDisk();
  if (disk === undefined) return context.skip('a file system of its own can be mounted by root alone');
  const server = await ownServer();
  await giveTo(server, join(disk, 'tables'));
  const url = new URL(server.url);
  url.pathname = 'small';
  await server.query(`create tablespace small location '${join(disk, 'tables')}'`);
  await server.query('create database small template template0 tablespace small');
  const database = { url: url.href };
  const sandbox = await withSandbox({ contacts: 1500 });
  const env = { ...environment(sandbox, database), ...hurried };

  const ballast = fill(disk, 3 * megabyte);
  const full = await keyway(['sync'], { env });
  expect(full.exitCode).toBe(1);
  expect(full.stdout + full.stderr).toMatch(/The disk of Postgres at .* is full\. Free or add space/);
  const lacking = await wrong(database, sandbox);
  expect(lacking.length).toBeGreaterThan(0);
  // Whoever found room is complete, as it says.
  for (const [, object = ''] of full.stdout.matchAll(/^ {2}(contacts|companies|deals|tickets) +complete/gm)) {
    expect(lacking.filter((text) => text.startsWith(`${object} `))).toEqual([]);
  }

  rmSync(ballast);
  expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
  expect(await wrong(database, sandbox)).toEqual([]);
});

/** A file system of 32 MB, where one can be mounted. It outlives the server that is started after it. */
async function smallDisk(): Promise<string | undefined> {
  const disk = await temporaryFolder();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=32m,mode=755', 'tmpfs', disk]);
  if (status !== 0) return undefined;
  onTestFinished(() => void spawnSync('umount', [disk]));
  return disk;
}

/** A folder of the user whom the server runs as. */
async function giveTo(server: OwnServer, folder: string): Promise<void> {
  const [row] = await server.query<{ data_directory: string }>('show data_directory');
  const { uid, gid } = statSync(row?.data_directory ?? '');
  mkdirSync(folder);
  chownSync(folder, uid, gid);
}

/** Leaves so many bytes. */
function fill(disk: string, left: number): string {
  const { bavail, bsize } = statfsSync(disk);
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - left));
  return ballast;
}
