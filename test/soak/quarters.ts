import { readFileSync } from 'node:fs';
import type { SoakWorker } from './worker.ts';

/** What a process held during a quarter of the soak. */
export interface Quarter {
  /** Mean of its resident memory, bytes. */
  readonly rss: number;
  /** Fewest at any time: what never goes away. */
  readonly heap: number;
  readonly fds: number;
  readonly resources: number;
}

interface Probed {
  readonly at: number;
  readonly heap: number;
  readonly resources: number;
}

/** Quarters that the process did not live through from their beginning to their end are left out. */
export function quarters(
  worker: SoakWorker,
  { from, until }: { readonly from: number; readonly until: number },
): readonly (Quarter | undefined)[] {
  const probed = readFileSync(worker.probes, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Probed);
  const quarter = (until - from) / 4;
  return [0, 1, 2, 3].map((i) => {
    const begins = from + i * quarter;
    const within = ({ at }: { readonly at: number }): boolean => at >= begins && at < begins + quarter;
    if ((worker.samples[0]?.at ?? Infinity) > begins + 2000) return undefined;
    const samples = worker.samples.filter(within);
    const probes = probed.filter(within);
    return {
      rss: samples.reduce((sum, { rss }) => sum + rss, 0) / samples.length,
      fds: Math.min(...samples.map(({ fds }) => fds)),
      heap: Math.min(...probes.map(({ heap }) => heap)),
      resources: Math.min(...probes.map(({ resources }) => resources)),
    };
  });
}
