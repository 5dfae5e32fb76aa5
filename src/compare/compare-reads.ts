import { KeywayError } from '../errors.ts';
import type { ObjectPipeline, Pipeline } from '../pipeline.ts';
import type { Privacy } from '../privacy.ts';
import type { Both, Pair } from './both.ts';
import { compareDictionary, dictionaryReader } from './compare-dictionary.ts';
import { compareLinks } from './compare-links.ts';
import { compareObject } from './compare-object.ts';
import { remark, type Comparison } from './comparison.ts';
import { openSamples } from './samples.ts';

export interface ReadComparing {
  readonly pipelines: readonly Pipeline[];
  /** Those that this installation syncs. */
  readonly objects: readonly ObjectPipeline[];
  readonly privacy: Privacy;
  /** Living records of each object that are compared value by value. */
  readonly sample: number;
  readonly held: Pair<readonly string[] | undefined>;
  readonly onCompared?: (comparison: Comparison) => void;
}

/**
 * Pipeline after pipeline, the same questions with both keys. Throws what ends everything: a key that is refused, a day whose
 * calls are used up. What HubSpot fails at is said of its pipeline alone.
 */
export async function compareReads(both: Both, comparing: ReadComparing): Promise<readonly Comparison[]> {
  const { pipelines, objects, sample, onCompared = () => undefined } = comparing;
  const samples = openSamples(both, sample);
  const comparisons: Comparison[] = [];
  // What both keys could read of the objects decides what links and stages there are to compare.
  const unread = new Set<string>();
  const context = { ...comparing, both, samples };
  for (const pipeline of ordered(pipelines)) {
    const there = objects.filter(({ name, unavailable }) => unavailable === undefined && !unread.has(name));
    const comparison = await compareOne(context, pipeline, there);
    if (comparison === undefined) continue;
    if (pipeline.kind === 'object' && comparison.properties === undefined) unread.add(pipeline.name);
    comparisons.push(comparison);
    onCompared(comparison);
  }
  return comparisons;
}

type Context = Parameters<typeof compareObject>[0];

async function compareOne(
  context: Context,
  pipeline: Pipeline,
  objects: readonly ObjectPipeline[],
): Promise<Comparison | undefined> {
  const { both, samples } = context;
  const { name } = pipeline;
  try {
    switch (pipeline.kind) {
      case 'object':
        return await compareObject(context, pipeline);
      case 'associations':
        return await compareLinks({ both, samples, objects }, pipeline);
      case 'lists':
        return await compareDictionary(both, pipeline, dictionaryReader('lists', objects));
      case 'dictionary':
        if (pipeline.dictionary === 'properties') return undefined;
        return await compareDictionary(both, pipeline, dictionaryReader(pipeline.dictionary, objects));
      case 'history':
        return undefined;
    }
  } catch (error) {
    both.signal.throwIfAborted();
    if (!(error instanceof KeywayError) || error.verdict === 'stop') throw error;
    return { pipeline: name, verdict: 'not comparable', remarks: [remark('note', 'failure', error.message)] };
  }
}

/** Objects first. */
function ordered(pipelines: readonly Pipeline[]): readonly Pipeline[] {
  const isObject = ({ kind }: Pipeline): boolean => kind === 'object';
  return [...pipelines.filter(isObject), ...pipelines.filter((pipeline) => !isObject(pipeline))];
}
