import type { ObjectRun } from './object-run.ts';
import type { PipelineResult } from './pipeline-result.ts';

/** What of an object a run wanted and could not read, if anything: then it is not complete. */
export function shortfall({
  pipeline,
  unread,
  withheld,
}: ObjectRun): Pick<PipelineResult, 'code' | 'reason'> | undefined {
  const unreadable = unread.reason();
  if (unreadable !== undefined) return { code: 'hubspot_bad_answer', reason: unreadable };
  if (withheld.length === 0) return undefined;
  const reason = `The Service Key lacks the scope ${withheld.join(' and ')}, so that sensitive properties of ${pipeline.name} were not read; all else was. Add it to the key in HubSpot under Development > Keys > Service keys, or exclude them in the settings.`;
  return { code: 'scope_missing', reason };
}
