import { objects } from '../../pipelines/objects/index.ts';
import { usualObjects } from '../support/sync-world.ts';
import type { Life } from './life.ts';
import { oneOf, randomFrom } from './random.ts';

/** Some more objects for one life in ten: there are so many that all would make lives long. */
export function furtherObjects(seed: number): Pick<Life, 'furtherObjects'> {
  if (seed % 10 !== 7) return {};
  const random = randomFrom(seed + 7e7);
  const others = objects.map(({ name }) => name).filter((name) => !usualObjects.includes(name));
  return { furtherObjects: [...new Set(Array.from({ length: 4 }, () => oneOf(random, others)))] };
}
