import PQueue from 'p-queue';
import { asKeywayError } from '../errors.ts';
import type { Pipeline } from '../pipeline.ts';
import type { SyncContext } from './context.ts';
import { outlineOf, type Outline, type Outlook } from './estimate.ts';
import { estimateDictionary } from './estimate-dictionary.ts';
import { estimateHistory } from './estimate-history.ts';
import { estimateLinks } from './estimate-links.ts';
import { estimateLists } from './estimate-lists.ts';
import { estimateObject } from './estimate-object.ts';
import { refersToRecords } from './run-pipelines.ts';

type Estimating<Each> = (
  pipeline: Each,
  context: SyncContext,
  outlooks: Map<string, Outlook>,
) => Promise<Outline>;

type Given = Pick<SyncContext, 'source' | 'warehouse' | 'clock' | 'log' | 'signal' | 'settings' | 'objects'>;

/** What `runPipelines` would do, without doing it. An error of one pipeline is told as its reason; a verdict of `stop` is thrown. */
export async function estimatePipelines<Each extends Pipeline>(
  pipelines: readonly Each[],
  given: Given,
  work: Estimating<Each> = estimatePipeline,
): Promise<readonly Outline[]> {
  const outlooks = new Map<string, Outlook>();
  const skipped = new Set<string>();
  const context: SyncContext = {
    ...given,
    runId: '',
    alone: (work) => work(),
    count: () => undefined,
    misfit: () => undefined,
    samples: new Map(),
    skipped,
    onProgress: () => undefined,
  };
  const queue = new PQueue({ concurrency: given.settings.concurrency });
  const wave = (each: readonly Each[]): Promise<readonly Outline[]> =>
    Promise.all(
      each.map((pipeline) =>
        queue.add(async () => {
          try {
            return await work(pipeline, context, outlooks);
          } catch (thrown) {
            const error = asKeywayError(thrown);
            if (error.verdict === 'stop' || context.signal.aborted) throw thrown;
            skipped.add(pipeline.name);
            return { ...outlineOf(pipeline.name, []), reason: error.message };
          }
        }),
      ),
    );
  const first = await wave(pipelines.filter((each) => !refersToRecords(each)));
  return [...first, ...(await wave(pipelines.filter(refersToRecords)))];
}

async function estimatePipeline(
  pipeline: Pipeline,
  context: SyncContext,
  outlooks: Map<string, Outlook>,
): Promise<Outline> {
  switch (pipeline.kind) {
    case 'object': {
      const { outline, outlook } = await estimateObject(pipeline, context);
      outlooks.set(pipeline.name, outlook);
      return outline;
    }
    case 'associations':
      return estimateLinks(pipeline, context, outlooks);
    case 'lists':
      return estimateLists(pipeline, context);
    case 'history':
      return estimateHistory(pipeline, context, outlooks);
    case 'dictionary':
      return estimateDictionary(pipeline, context);
  }
}
