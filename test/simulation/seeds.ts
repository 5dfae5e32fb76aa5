import type { Engine } from '../support/engine.ts';
import { drawLife, type Life } from './life.ts';
import { playLife } from './play-life.ts';
import { failsAlike, shrink } from './shrink.ts';

/**
 * Of lives with a warehouse outside of the process, every fourth goes over HTTP, where calls come over each other as they
 * do; in all others they wait for their turn, so that clocks, keys, rivals and requests are as they are in memory.
 */
export function goesInTurn({ turns }: Life): boolean {
  return turns % 4 !== 0;
}

/** What is wrong with the life of a seed; nothing when all is well. */
export async function trySeed(
  seed: number,
  engine: (life: Life) => Promise<Engine>,
  warehouse = 'memory',
): Promise<string | undefined> {
  const life = drawLife(seed);
  const { broken: found, digest } = await playLife(life, await engine(life));
  if (found.length === 0) return seed % 100 === 0 ? await twice(seed, engine, digest) : undefined;
  const fails = async (simpler: Life): Promise<boolean> =>
    failsAlike(found, (await playLife(simpler, await engine(simpler))).broken);
  // Large accounts take minutes to play.
  const shortest = await shrink(life, fails, life.rowsPerBatch === undefined ? 60 : 4);
  const { broken: left } = await playLife(shortest, await engine(shortest));
  return [
    `seed ${seed}: ${found.length} broken promises; replay: npm run scenario -- ${seed}${warehouse === 'memory' ? '' : ` --warehouse ${warehouse}`}`,
    ...found.map((sentence) => `  ${sentence}`),
    `  It still fails after only these steps:`,
    ...shortest.steps.map((step) => `    ${JSON.stringify(step)}`),
    ...left.map((sentence) => `  ${sentence}`),
  ].join('\n');
}

/** One life in a hundred is played again: it must go the same way, else no replay of a failure could be trusted. */
async function twice(
  seed: number,
  engine: (life: Life) => Promise<Engine>,
  digest: string | undefined,
): Promise<string | undefined> {
  const life = drawLife(seed);
  const again = await playLife(life, await engine(life));
  return again.digest === digest ? undefined : `seed ${seed} went another way when it was played again`;
}
