import { once } from 'node:events';
import { start, type Invocation } from '../cli/run-keyway.ts';

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
