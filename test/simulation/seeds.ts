import type { Engine } from '../support/engine.ts';
import { drawLife, type Life } from './life.ts';
import { playLife } from './play-life.ts';
import { shrink } from './shrink.ts';

/** What is wrong with the life of a seed; nothing when all is well. */
export async function trySeed(seed: number, engine: () => Promise<Engine>): Promise<string | undefined> {
  const life = drawLife(seed);
  const { broken: found, digest } = await playLife(life, await engine());
  if (found.length === 0) return seed % 100 === 0 ? await twice(seed, engine, digest) : undefined;
  const fails = async (simpler: Life): Promise<boolean> =>
    (await playLife(simpler, await engine())).broken.length > 0;
  const shortest = await shrink(life, fails);
  const { broken: left } = await playLife(shortest, await engine());
  return [
    `seed ${seed}: ${found.length} broken promises; replay: npm run scenario -- ${seed}`,
    ...found.map((sentence) => `  ${sentence}`),
    `  It still fails after only these steps:`,
    ...shortest.steps.map((step) => `    ${JSON.stringify(step)}`),
    ...left.map((sentence) => `  ${sentence}`),
  ].join('\n');
}

/** One life in a hundred is played again: it must go the same way, else no replay of a failure could be trusted. */
async function twice(
  seed: number,
  engine: () => Promise<Engine>,
  digest: string | undefined,
): Promise<string | undefined> {
  const again = await playLife(drawLife(seed), await engine());
  return again.digest === digest ? undefined : `seed ${seed} went another way when it was played again`;
}
