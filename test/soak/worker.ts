import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** A real worker in a process of its own, with all that it says and holds. */
export interface SoakWorker {
  readonly name: string;
  readonly probes: string;
  readonly samples: readonly Sample[];
  /** What was wrong with the pages that it serves. */
  readonly misses: readonly string[];
  /** How many lines of its log had this message so far. */
  said(message: string): number;
  /** Resolves once it has said so; throws when it ends before. */
  says(message: string, times?: number): Promise<void>;
  /** Resolves with its exit code, or the signal that ended it, and milliseconds. */
  end(
    signal: 'SIGKILL' | 'SIGTERM',
  ): Promise<{ readonly how: number | string | null; readonly took: number }>;
}

/** What the system says of a process. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Bytes. */
  readonly rss: number;
  readonly fds: number;
}

export interface WorkerChoice {
  readonly folder: string;
  readonly name: string;
  readonly args: readonly string[];
  /** Of its status page. */
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
}

export const atWork = 'at work: this worker holds the lease';
export const standingBy = 'another run holds the lease; standing by to take over when it ends';

export function startWorker({ folder, name, args, port, env }: WorkerChoice): SoakWorker {
  const probes = join(folder, `${name}.probes`);
  const child = spawn(process.execPath, [binary, 'worker', ...args], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TZ: 'UTC',
      LOG_FORMAT: 'json',
      NODE_OPTIONS: `--import ${probe}`,
      SOAK_PROBE: probes,
      KEYWAY_HTTP: `127.0.0.1:${port}`,
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const messages = new Map<string, number>();
  const log = createWriteStream(join(folder, `${name}.log`));
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.write(`${line}\n`);
    const message = messageOf(line);
    messages.set(message, (messages.get(message) ?? 0) + 1);
  });
  const samples: Sample[] = [];
  const sampling = setInterval(() => samples.push(...sampleOf(child.pid)), 1000);
  const misses: string[] = [];
  let isAsked = false;
  const looking = setInterval(() => {
    void lookAt(port).then((found) => isAsked || misses.push(...found));
  }, 10_000);
  const ended = once(child, 'exit').finally(() => clearInterval(sampling));
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const said = (message: string): number => messages.get(message) ?? 0;
  return {
    name,
    probes,
    samples,
    misses,
    said,
    async says(message, times = 1) {
      while (said(message) < times) {
        if (hasEnded()) throw new Error(`${name} ended (${child.exitCode}) without saying: ${message}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async end(signal) {
      const since = performance.now();
      isAsked = true;
      clearInterval(looking);
      child.kill(signal);
      await ended;
      return { how: child.exitCode ?? child.signalCode, took: performance.now() - since };
    },
  };
}

const binary = resolve(import.meta.dirname, '../../src/cli/keyway.mjs');
const probe = pathToFileURL(join(import.meta.dirname, 'probe.ts')).href;

function messageOf(line: string): string {
  try {
    return (JSON.parse(line) as { msg?: string }).msg ?? line;
  } catch {
    return line;
  }
}

/** Whoever looks on: a browser, Prometheus, a script, a health check. */
async function lookAt(port: number): Promise<readonly string[]> {
  const looks = ['/', '/api/status', '/metrics', '/livez'].map(async (path) => {
    const signal = AbortSignal.timeout(5000);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal });
      await answer.text();
      return answer.ok ? [] : [`${path} answered ${answer.status}`];
    } catch (error) {
      return [`${path}: ${String(error)}`];
    }
  });
  return (await Promise.all(looks)).flat();
}

/** Nothing once the process is gone. */
function sampleOf(pid: number | undefined): readonly Sample[] {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    if (kilobytes === undefined) return [];
    return [{ at: Date.now(), rss: Number(kilobytes) * 1024, fds: readdirSync(`/proc/${pid}/fd`).length }];
  } catch {
    return [];
  }
}
