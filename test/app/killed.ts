import { once } from 'node:events';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { start, type Invocation } from '../cli/run-keyway.ts';

/** In every other round soon after rows were read that are about to be written; else anywhere in a run. */
export function momentOf(sandbox: Sandbox, round: number): Killing {
  const later = (round * 13) % 70;
  const reads = (): number => sandbox.requests().of('/objects/:objectType/batch/read');
  if (round % 2 === 0) return { requests: reads, after: 1 + (round % 3), later };
  return { requests: () => sandbox.requests().total, after: (round * 37) % 120, later };
}

interface Killing {
  /** Requests that there have been. */
  readonly requests: () => number;
  /** After how many more of them. */
  readonly after: number;
  /** Milliseconds later. */
  readonly later: number;
}

/** Kills a sync some time after one of its requests; whether it was still at work then. */
export async function runAndKill(
  env: NonNullable<Invocation['env']>,
  { requests, after, later }: Killing,
): Promise<boolean> {
  const atRequest = requests() + after;
  const child = start(['sync'], { env, stdio: 'ignore' });
  const watch = setInterval(() => {
    if (requests() < atRequest) return;
    clearInterval(watch);
    setTimeout(() => child.kill('SIGKILL'), later);
  }, 2);
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearInterval(watch);
  return signal === 'SIGKILL';
}

export async function run(env: NonNullable<Invocation['env']>): Promise<number | null> {
  const child = start(['sync'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
