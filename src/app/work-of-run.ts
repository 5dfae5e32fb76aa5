import type { Progress } from '../run.ts';
import type { Privacy } from '../privacy.ts';
import type { runPipelines } from '../sync/index.ts';
import { selectInAccount } from './account-objects.ts';
import type { AppParts } from './app.ts';
import type { RunParts } from './in-run.ts';
import { runNeeds } from './key-needs.ts';
import type { Selection } from './select-pipelines.ts';

type Context = Parameters<typeof runPipelines>[1];

export interface WorkRequest {
  /** Empty: all of the settings. */
  readonly pipelines: readonly string[];
  /** Believes HubSpot even if a large part of the records, or of the links, is gone at once. */
  readonly acceptDeletions?: boolean;
  readonly onProgress?: (event: Progress) => void;
}

/** What a run is about, and what its pipelines work with. A key that takes over in its midst has to be able to read as much. */
export async function workOfRun(
  parts: AppParts,
  run: RunParts,
  {
    request,
    ...settings
  }: { readonly request: WorkRequest; readonly privacy: Privacy } & Partial<Context['settings']>,
): Promise<{ readonly selection: Selection; readonly context: Context }> {
  const selection = await selectInAccount(parts, run, request.pipelines);
  run.source.require(runNeeds(parts, selection, await run.source.scopes(run.signal)));
  const context = {
    ...run,
    clock: parts.clock,
    log: parts.log.child({ run: run.runId }),
    settings: {
      ...parts.settings.sync,
      fullRefresh: false,
      acceptDeletions: request.acceptDeletions ?? false,
      ...settings,
    },
    objects: selection.objects,
    onProgress: request.onProgress ?? (() => undefined),
  };
  return { selection, context };
}
