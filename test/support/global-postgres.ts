import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PostgreSqlContainer } from '@testcontainers/postgresql';
import type { TestProject } from 'vitest/node';
import { keysInFolder } from './canary/index.ts';
import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the Postgres that this run of the tests uses. */
    readonly postgres: string;
  }
}

/** One real Postgres for the whole run: the one named in the environment, else a container, else the embedded one. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = named() ?? (await container()) ?? (await embedded());
  process.stderr.write(`Tests use ${server.what}\n`);
  project.provide('postgres', server.url);
  return server.stop;
}

interface Server {
  readonly what: string;
  readonly url: string;
  readonly stop: () => Promise<void>;
}

function named(): Server | undefined {
  const url = process.env['TEST_DATABASE_URL'];
  if (url === undefined || url === '') return undefined;
  return { what: 'the Postgres of TEST_DATABASE_URL', url, stop: () => Promise.resolve() };
}

async function container(): Promise<Server | undefined> {
  try {
    const started = await new PostgreSqlContainer('postgres:18').withCommand(['-c', 'fsync=off']).start();
    const stop = async (): Promise<void> => void (await started.stop());
    return { what: 'Postgres in a container', url: started.getConnectionUri(), stop };
  } catch {
    return undefined;
  }
}

async function embedded(): Promise<Server> {
  const directory = await mkdtemp(path.join(tmpdir(), 'keyway-test-'));
  // As root, the server runs as somebody else, who must get there.
  await chmod(directory, 0o755);
  const settings = { fsync: 'off', max_connections: '100' };
  const server = openEmbedded({ directory, log: silentLog, clock: systemClock, settings });
  const { url } = await server.start();
  return {
    what: 'the embedded Postgres',
    url,
    async stop() {
      await server.stop();
      // Its files hold every byte that any test has written, the log of its server and the log of its changes included.
      const found = await keysInFolder(directory);
      await rm(directory, { recursive: true, force: true });
      if (found.length > 0) throw new Error(`The tests' Postgres has Service Keys in ${found.join(', ')}`);
    },
  };
}
