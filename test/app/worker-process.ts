import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { start } from '../cli/run-keyway.ts';
import { type Environment } from './account.ts';

/** A worker in a process of its own, and what it says. */
export interface WorkerProcess {
  readonly child: ChildProcess;
  /** All that it has said so far. */
  text(): string;
  /** Resolves once it has said this, so often; throws when it ends before. */
  says(pattern: RegExp, times?: number): Promise<void>;
  /** Resolves with its exit code, and the milliseconds since now. */
  ended(): Promise<{ readonly exitCode: number | null; readonly took: number }>;
}

interface Further {
  readonly cwd?: string;
  readonly args?: readonly string[];
}

export function startWorker(env: Environment, { cwd, args = [] }: Further = {}): WorkerProcess {
  const child = start(['worker', ...args], { env, ...(cwd !== undefined && { cwd }) });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const closed = once(child, 'close');
  return {
    child,
    text: () => text,
    async says(pattern, times = 1) {
      const all = new RegExp(pattern, 'g');
      while ((text.match(all)?.length ?? 0) < times) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`it ended without saying ${pattern}: ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async ended() {
      const since = performance.now();
      await closed;
      return { exitCode: child.exitCode, took: performance.now() - since };
    },
  };
}

/** Due each minute, and no later. */
export const everyMinute: Environment = {
  KEYWAY_SCHEDULES__DEFAULT: '* * * * *',
  KEYWAY_SCHEDULES__JITTER: '0',
};

/** Due about never, but for what has never run. */
export const yearly: Environment = {
  KEYWAY_SCHEDULES__DEFAULT: '@yearly',
  KEYWAY_SCHEDULES__JITTER: '0',
};
