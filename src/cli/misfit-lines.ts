import type { PipelineRun } from '../run.ts';
import { wrap } from './columns.ts';
import { count } from '../figures.ts';

/** Which properties had values that did not fit, per pipeline, and what to do; empty where there were none. */
export function misfitLines(
  runs: readonly Pick<PipelineRun, 'pipeline' | 'counts' | 'misfitsByProperty'>[],
): string {
  const some = runs.filter(({ counts }) => counts.misfits > 0);
  if (some.length === 0) return '';
  return [
    '  Did not fit their columns, and went into _extra as HubSpot gave them',
    ...some.map((run) => `    ${run.pipeline.padEnd(14)} ${wrap(listed(run), 100, 19)}`),
    `  ${wrap(advice, 100, 2)}`,
  ].join('\n');
}

const advice =
  'Where the values are right, give the property a type in HubSpot that suits them: they then move into its column.';

/** `shoe_size 12, hat_size 3 and 9 of others` */
function listed({
  counts,
  misfitsByProperty = {},
}: Pick<PipelineRun, 'counts' | 'misfitsByProperty'>): string {
  const shown = Object.entries(misfitsByProperty).slice(0, mostShown);
  const rest = counts.misfits - shown.reduce((sum, [, values]) => sum + values, 0);
  const names = shown.map(([name, values]) => `${name} ${count(values)}`).join(', ');
  if (names === '') return count(rest);
  return rest === 0 ? names : `${names} and ${count(rest)} of others`;
}

const mostShown = 8;
