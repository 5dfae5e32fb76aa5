import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ZetaSQLClient } from '@fivetrandevelopers/zetasql';
import { freePort } from '../free-port.ts';

/** How long a server may take until it answers, in ms; it takes less than a second on an idle machine. */
const patience = 30_000;

/** Why Google's analyser cannot run here; nothing where it can. Its binary is for macOS and for Linux with glibc. */
export function whyNotHere(): string | undefined {
  const { platform, arch } = process;
  if (arch !== 'x64' && arch !== 'arm64') return `the analyser has no binary for ${arch}`;
  if (platform === 'darwin') return undefined;
  if (platform !== 'linux') return `the analyser has no binary for ${platform}`;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined ? 'the analyser needs glibc' : undefined;
}

export interface Server {
  readonly stop: () => Promise<void>;
}

/** A process of its own for this file's tests, to which the package's client is then connected. */
export async function startServer(): Promise<Server> {
  const port = await freePort();
  const child = spawn(binary(), ['127.0.0.1', String(port)], { stdio: 'ignore' });
  const dead = once(child, 'exit');
  // Also where a test's process ends without its hooks.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  ZetaSQLClient.init(port);
  const stop = async (): Promise<void> => {
    ZetaSQLClient.API.close();
    process.removeListener('exit', kill);
    kill();
    await dead;
  };
  try {
    await answers(child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function binary(): string {
  const lib = path.dirname(createRequire(import.meta.url).resolve('@fivetrandevelopers/zetasql'));
  const suffix = (process.arch === 'arm64' ? '_arm' : '') + (process.platform === 'darwin' ? '' : '.so');
  return path.join(lib, 'zetasql', `remote_server${suffix}`);
}

async function answers(child: ChildProcess): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`ZetaSQL's server ended with ${child.exitCode}`);
    try {
      await ZetaSQLClient.getInstance().getLanguageOptions({});
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`ZetaSQL's server does not answer`, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
