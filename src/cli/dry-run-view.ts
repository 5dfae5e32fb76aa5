import type { DryRunReport } from '../app/index.ts';
import { columns, wrap } from './columns.ts';
import { count, duration, gibibytes, instant, several } from '../figures.ts';
import type { Terminal } from './terminal.ts';

type Pipeline = DryRunReport['pipelines'][number];

/** What a sync would do, for people. */
export function dryRunText(report: DryRunReport, terminal: Terminal): string {
  return [table(report, terminal), unknown(report, terminal), closing(report, terminal)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function table({ pipelines }: DryRunReport, { paint }: Terminal): string {
  const rows = pipelines
    .filter(({ reason }) => reason === undefined)
    .map((pipeline) => [pipeline.pipeline, work(pipeline), records(pipeline), count(calls(pipeline))]);
  return columns(rows, {
    head: ['pipeline', 'would do', 'records', 'calls'].map((name) => paint('dim', name)),
    align: ['left', 'left', 'right', 'right'],
  });
}

/** Each kind of work once: the recycle bin is read before and after. */
function work({ steps }: Pipeline): string {
  const words = steps.map(({ phase, since }) =>
    since === undefined ? phase : `${phase} since ${instant(since).slice(0, 16)}`,
  );
  return [...new Set(words)].join(', ') || 'nothing';
}

function records({ steps }: Pipeline): string {
  const sum = steps.reduce((total, step) => total + step.records, 0);
  if (!steps.some(({ isAtLeast }) => isAtLeast)) return count(sum);
  return sum === 0 ? '?' : `≥ ${count(sum)}`;
}

function calls({ calls: { burst, search, associations } }: Pipeline): number {
  return burst + search + associations;
}

function unknown({ pipelines }: DryRunReport, { paint }: Terminal): string {
  const lines = pipelines.flatMap(({ pipeline, reason }) =>
    reason === undefined ? [] : [`    ${pipeline.padEnd(14)} ${wrap(reason, 100, 19)}`],
  );
  return lines.length === 0 ? '' : `  ${paint('yellow', 'Would be left out')}\n${lines.join('\n')}`;
}

function closing(report: DryRunReport, { paint }: Terminal): string {
  const { account, warehouse, day, cost, asked } = report;
  const time = `${duration(report.duration)} at HubSpot's limits`;
  const share =
    day === undefined
      ? ''
      : `, ${(100 * day.share).toFixed(1)} % of the day's ${count(day.limit)} (${count(day.left)} are left)`;
  const bill =
    cost === undefined
      ? ''
      : `The warehouse would bill about ${gibibytes(cost.bytesBilled)} in ${several(cost.jobs, 'job')}.`;
  const lines = [
    `About ${several(report.calls.total, 'call')} to HubSpot account ${account.portalId}: ${time}${share}.`,
    `Rows would go to ${warehouse}. ${bill}`.trim(),
    `An estimate from what HubSpot counts now: what is archived, deleted or edited meanwhile costs more. It took ${several(asked, 'call')}, and nothing was written.`,
  ];
  return lines
    .map((line, i) => `  ${i === 0 ? paint('bold', wrap(line, 100, 2)) : wrap(line, 100, 2)}`)
    .join('\n');
}
