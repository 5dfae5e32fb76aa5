import type { Sandbox } from '../../src/sandbox/index.ts';
import { chance, oneOf, randomFrom } from './random.ts';

/** A pipeline of deals or tickets gets a stage, and another loses one; rarely, a pipeline is given up. */
export function changeStages(world: Sandbox['world'], seed: number): void {
  const random = randomFrom(seed);
  const object = oneOf(random, ['deals', 'tickets']);
  const pipelines = world.truth.pipelines(object);
  if (pipelines.length === 0) return;
  const [growing, shrinking] = [oneOf(random, pipelines), oneOf(random, pipelines)];
  world.addStage(object, growing.id, { id: `stage${seed}`, label: `Stage ${seed}` });
  const [first, ...others] = shrinking.stages;
  if (first !== undefined && others.length > 0) world.archiveStage(object, shrinking.id, first.id);
  if (pipelines.length > 1 && chance(random, 0.2)) world.deletePipeline(object, oneOf(random, pipelines).id);
}
