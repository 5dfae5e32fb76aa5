import type { AssociationsPipeline, ObjectPipeline, Pipeline } from '../pipeline.ts';
import { mostLooks } from './lasting.ts';

/** Calls with each key: at most so many if nothing differs, and if everything does. Tries that HubSpot turns away come on top. */
export interface PlannedCalls {
  readonly ifSame: number;
  readonly ifDifferent: number;
}

interface Planning {
  readonly pipelines: readonly Pipeline[];
  readonly objects: readonly ObjectPipeline[];
  /** Living records of each object. */
  readonly sample: number;
  /** Calls that drawing a sample takes. */
  readonly sampleCalls: number;
  /** How many sensitivities of properties are asked for. */
  readonly sensitivities: number;
}

/** What comparing takes, as far as it can be known before: a page for each dictionary, whatever its length. */
export function plannedCalls(planning: Planning): PlannedCalls {
  const parts = planning.pipelines.map((pipeline) => partsOf(pipeline, planning));
  const once = parts.reduce((sum, part) => sum + part.once, 0);
  const again = parts.reduce((sum, part) => sum + part.again, 0);
  return { ifSame: once + again, ifDifferent: once + mostLooks * again };
}

interface Part {
  readonly once: number;
  /** Those that a difference repeats. */
  readonly again: number;
}

function partsOf(pipeline: Pipeline, planning: Planning): Part {
  switch (pipeline.kind) {
    case 'object':
      return ofObject(pipeline, planning);
    case 'associations':
      return { once: 0, again: pairsOf(pipeline, planning) };
    case 'lists':
      return { once: 0, again: 1 };
    case 'dictionary':
      if (pipeline.dictionary === 'properties') return { once: 0, again: 0 };
      if (pipeline.dictionary === 'pipelines')
        return { once: 0, again: planning.objects.filter(({ staged }) => staged).length };
      // Of these, HubSpot lists what is archived apart.
      return { once: 0, again: ['owners', 'object_schemas'].includes(pipeline.dictionary) ? 2 : 1 };
    case 'history':
      return { once: 0, again: 0 };
  }
}

function ofObject({ unavailable }: ObjectPipeline, planning: Planning): Part {
  if (unavailable !== undefined) return { once: 0, again: 0 };
  const { sample, sampleCalls, sensitivities } = planning;
  const batches = Math.ceil(sample / 100) + Math.ceil(sample / 400);
  const [probe, definitions, count] = [1, 1 + sensitivities, 1];
  return { once: probe + sampleCalls + sensitivities, again: definitions + count + batches };
}

function pairsOf({ pairs }: AssociationsPipeline, { objects }: Planning): number {
  const names = new Set(
    objects.filter(({ unavailable }) => unavailable === undefined).map(({ name }) => name),
  );
  return pairs.filter(({ from, to }) => names.has(from) && names.has(to)).length;
}
