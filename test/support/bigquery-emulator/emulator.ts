import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { freePort } from '../free-port.ts';

const [, version = ''] =
  /bigquery-emulator (v\S+)/.exec(readFileSync(path.join(import.meta.dirname, 'go.mod'), 'utf8')) ?? [];

/** Where `npm run emulator` puts it: outside of the repository, one file for each version. */
export const binary = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'),
  'keyway',
  `bigquery-emulator-${version}`,
);

/** Why its tests cannot run; nothing where they can. */
export function whyNoEmulator(): string | undefined {
  return existsSync(binary)
    ? undefined
    : `the emulator ${version} is not installed: npm run emulator, which needs Go`;
}

/** Milliseconds; it takes about one second. */
const patience = 30_000;

export interface Emulator {
  /** The origin of its API. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** An emulator of its own for one project, with nothing in it. */
export async function startEmulator(project: string): Promise<Emulator> {
  const port = await freePort();
  const places = ['--host=127.0.0.1', `--port=${port}`, `--grpc-port=${await freePort()}`];
  const child = spawn(binary, [`--project=${project}`, ...places], { stdio: 'ignore' });
  const dead = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    kill();
    await dead;
  };
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + patience; ;) {
    if (await answers(url)) return { url, stop };
    if (Date.now() < deadline && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 50));
    else {
      await stop();
      throw new Error(`The emulator does not answer at ${url}`);
    }
  }
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/bigquery/v2/projects`).then(
    ({ ok }) => ok,
    () => false,
  );
}
