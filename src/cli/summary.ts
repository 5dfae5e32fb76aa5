import type { Settings, SyncReport } from '../app/index.ts';
import type { PipelineOutcome, PipelineRun, ReconcileVerdict } from '../run.ts';
import { columns, wrap } from './columns.ts';
import { count, duration, gibibytes, instant, several } from '../figures.ts';
import { lookCommand } from './look-command.ts';
import { misfitLines } from './misfit-lines.ts';
import type { Terminal } from './terminal.ts';

/** What a sync did, for people. */
export function syncSummary(report: SyncReport, terminal: Terminal, settings: Settings): string {
  const skipped = report.pipelines.filter(({ outcome }) => outcome === 'skipped' || outcome === 'partial');
  const failed = report.pipelines.filter(({ outcome }) => outcome === 'failed');
  return [
    pipelineTable(report.pipelines, terminal),
    reasons(terminal.paint('red', 'Failed'), failed),
    reasons(terminal.paint('yellow', 'Skipped'), skipped),
    misfitLines(report.pipelines),
    closing(report, terminal, settings),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const head = ['pipeline', 'outcome', 'read', 'inserted', 'updated', 'removed', 'unchanged', 'complete up to'];

/** What each pipeline did. */
export function pipelineTable(runs: readonly PipelineRun[], { paint }: Terminal): string {
  const rows = runs.map((run) => {
    const { read, inserted, updated, removed, unchanged } = run.counts;
    return [
      run.pipeline,
      paint(looks[run.outcome], run.outcome),
      ...[read, inserted, updated, removed, unchanged].map((amount) => (amount === 0 ? '·' : count(amount))),
      instant(run.completeUpTo),
    ];
  });
  const align = head.map((name) =>
    ['read', 'inserted', 'updated', 'removed', 'unchanged'].includes(name) ? 'right' : 'left',
  );
  return columns(rows, { head: head.map((name) => paint('dim', name)), align });
}

export const looks = {
  running: 'cyan',
  complete: 'green',
  partial: 'yellow',
  skipped: 'yellow',
  failed: 'red',
  interrupted: 'yellow',
} as const satisfies Readonly<Record<PipelineOutcome, Parameters<Terminal['paint']>[0]>>;

export const verdicts = {
  equal: 'green',
  repaired: 'yellow',
  different: 'red',
} as const satisfies Readonly<Record<ReconcileVerdict, Parameters<Terminal['paint']>[0]>>;

export function reasons(title: string, runs: readonly PipelineRun[]): string {
  if (runs.length === 0) return '';
  const lines = runs.map(
    ({ pipeline, reason = '' }) => `    ${pipeline.padEnd(14)} ${wrap(reason, 100, 19)}`,
  );
  return `  ${title}\n${lines.join('\n')}`;
}

function closing(report: SyncReport, terminal: Terminal, settings: Settings): string {
  const { run, account, usage } = report;
  const calls = usage.reduce((sum, { calls }) => sum + calls, 0);
  const took = run.finishedAt === undefined ? '' : ` in ${duration(run.finishedAt - run.startedAt)}`;
  const head = `${run.outcome}: HubSpot account ${account.portalId}, ${several(calls, 'call')}${took}`;
  const next = run.outcome === 'interrupted' ? '. The next run goes on from here.' : '';
  return [`${terminal.paint('bold', head)}${next}`, ...bill(report), where(report, settings)]
    .map((line) => `  ${line}`)
    .join('\n');
}

/** Of a warehouse that bills for work. */
export function bill({ billed }: Pick<SyncReport, 'billed'>): readonly string[] {
  if (billed === undefined) return [];
  return [`The warehouse ran ${several(billed.jobs, 'job')} and billed ${gibibytes(billed.bytesBilled)}.`];
}

function where({ warehouse: label }: SyncReport, settings: Settings): string {
  if (settings.warehouse !== undefined)
    return `Rows are in ${label}:\n    ${lookCommand(settings, settings.warehouse)}`;
  return (
    `Rows are in the embedded Postgres in ${settings.directory}, which runs only while Keyway does.\n` +
    '  Set KEYWAY_WAREHOUSE=postgres://… or bigquery://… to sync into a warehouse of yours.'
  );
}
