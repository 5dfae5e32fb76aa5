import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished } from 'vitest';
import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { keysInFolder } from './canary/index.ts';

export interface OwnServer {
  readonly url: string;
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** An embedded server for one test alone, with settings of its own. */
export async function ownServer(settings: Readonly<Record<string, string>> = {}): Promise<OwnServer> {
  const directory = await temporaryFolder();
  const all = { fsync: 'off', ...settings };
  const embedded = openEmbedded({ directory, log: silentLog, clock: systemClock, settings: all });
  const { url } = await embedded.start();
  onTestFinished(async () => {
    await embedded.stop();
    expect(await keysInFolder(directory)).toEqual([]);
  });
  const client = new Client({ connectionString: url });
  await client.connect();
  onTestFinished(() => client.end());
  return {
    url,
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      return (await client.query<Row>(sql, [...values])).rows;
    },
  };
}

/** A folder that other users can enter, as the server's user must when the tests run as root. */
export async function temporaryFolder(prefix = 'keyway-test-'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), prefix));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
