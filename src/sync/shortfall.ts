import { serviceKeyPlaces } from '../service-key.ts';
import type { ObjectRun } from './object-run.ts';
import type { PipelineResult } from './pipeline-result.ts';
import { scopeOf } from './withholding.ts';

/** What of an object a run wanted and could not read, if anything: then it is not complete. */
export function shortfall(run: ObjectRun): Pick<PipelineResult, 'code' | 'reason'> | undefined {
  const { pipeline, unread, withholdings } = run;
  const unreadable = unread.reason();
  if (unreadable !== undefined) return { code: 'hubspot_bad_answer', reason: unreadable };
  const lacking = withholdings.filter(({ isWithheld }) => isWithheld === true);
  const withheld = lacking.filter(({ sensitivity }) => sensitivity !== undefined);
  if (withheld.length > 0) {
    const reason = `The Service Key lacks the scope ${withheld.map(scopeOf).join(' and ')}, so that sensitive properties of ${pipeline.name} were not read; all else was. ${advice}, or exclude them in the settings.`;
    return { code: 'scope_missing', reason };
  }
  if (lacking.length === 0) return undefined;
  // No code: what nobody has named in the settings is no error.
  return {
    reason: `The Service Key lacks the scope ${lacking.map(scopeOf).join(' and ')}, without which HubSpot may leave values of ${pipeline.name} empty. ${advice}.`,
  };
}

const advice = `Add it to the key in HubSpot under ${serviceKeyPlaces}`;
