import type { ObjectPipeline } from '../pipeline.ts';
import { compareIds } from '../source.ts';
import { answersOfBoth, type Both, type Sample } from './both.ts';

/** The records of each object that are compared, drawn once; nothing where one of the keys may not read them. */
export type Samples = (object: ObjectPipeline) => Promise<Sample | undefined>;

/** Each key chooses half of them, lest what only one of them sees is never looked at. `size`: living records at most. */
export function openSamples(both: Both, size: number): Samples {
  const drawn = new Map<string, ReturnType<Samples>>();
  return (object) => {
    const known = drawn.get(object.name);
    if (known !== undefined) return known;
    const sample = draw(both, object, size);
    drawn.set(object.name, sample);
    return sample;
  };
}

async function draw(both: Both, { object }: ObjectPipeline, size: number): ReturnType<Samples> {
  const { legacy, key } = await answersOfBoth(both, (source, side) =>
    source.sampleIds(object, { wanted: size, shift: side === 'legacy' ? 0 : 0.5 }, both.signal),
  );
  if (legacy.kind === 'refused' || key.kind === 'refused') return undefined;
  return {
    living: halves(legacy.value.living, key.value.living, size),
    archived: halves(legacy.value.archived, key.value.archived, Math.ceil(size / 4)),
  };
}

/** All that the two name, or every second one of each. */
function halves(one: readonly string[], other: readonly string[], most: number): readonly string[] {
  const all = [...new Set([...one, ...other])];
  if (all.length <= most) return all.toSorted(compareIds);
  const chosen = new Set([...one.filter((_, at) => at % 2 === 0), ...other.filter((_, at) => at % 2 === 1)]);
  return [...chosen].toSorted(compareIds).slice(0, most);
}
