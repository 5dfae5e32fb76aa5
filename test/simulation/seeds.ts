import type { Engine } from '../support/engine.ts';
import { drawLife, type Life } from './life.ts';
import { playLife } from './play-life.ts';
import { shrink } from './shrink.ts';

/** What is wrong with the life of a seed; nothing when all is well. */
export async function trySeed(seed: number, engine: () => Promise<Engine>): Promise<string | undefined> {
  const life = drawLife(seed);
  const found = await playLife(life, await engine());
  if (found.length === 0) return undefined;
  const fails = async (simpler: Life): Promise<boolean> =>
    (await playLife(simpler, await engine())).length > 0;
  const shortest = await shrink(life, fails);
  const left = await playLife(shortest, await engine());
  return [
    `seed ${seed}: ${found.length} broken promises; replay: npm run scenario -- ${seed}`,
    ...found.map((sentence) => `  ${sentence}`),
    `  It still fails after only these steps:`,
    ...shortest.steps.map((step) => `    ${JSON.stringify(step)}`),
    ...left.map((sentence) => `  ${sentence}`),
  ].join('\n');
}
