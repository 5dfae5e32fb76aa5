import { Command } from 'commander';
import type { ReconcileReport } from '../../app/index.ts';
import type { Reconciliation } from '../../run.ts';
import { columns } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitOfReconcile } from '../exit.ts';
import { count, several } from '../../figures.ts';
import { openProgress } from '../progress.ts';
import { inSession, type Session } from '../session.ts';
import { bill, reasons, verdicts } from '../summary.ts';
import type { Terminal } from '../terminal.ts';

interface ReconcileOptions {
  readonly checkOnly?: boolean;
  readonly deep?: boolean;
  readonly acceptDeletions?: boolean;
}

export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('Compare HubSpot with the warehouse, counts first, then ids, and mend what differs.')
    .argument('[pipeline...]', 'objects to compare, such as contacts (default: all that are synced)')
    .option('--check-only', 'report what differs and mend nothing; ends with 5 if anything does')
    .option('--deep', 'compare every id and version: one call per 100 records')
    .option('--accept-deletions', 'believe HubSpot even if a large part of the records is gone at once')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway reconcile', 'some calls per object where all is well'],
        ['keyway reconcile deals --deep', 'find whatever counts cannot show'],
        ['keyway reconcile --check-only || notify', 'for a monitor'],
      ]),
    )
    .action((pipelines: readonly string[], options: ReconcileOptions, command: Command) =>
      inSession(command, (session) => reconcile(session, pipelines, options)),
    );
}

async function reconcile(
  session: Session,
  pipelines: readonly string[],
  options: ReconcileOptions,
): Promise<number> {
  const { app, terminal, log, progress } = session;
  const view = openProgress({ terminal, log, kind: progress });
  const report = await app
    .reconcile({ pipelines, ...options, onProgress: (event) => view.on(event) })
    .finally(() => view.close());
  const exitCode = exitOfReconcile(report, session.stoppedBy());
  if (session.json) terminal.out(JSON.stringify({ ...report, exitCode }, undefined, 2));
  else terminal.out(`\n${summary(report, terminal)}`);
  return exitCode;
}

const figures = ['inHubspot', 'inWarehouse', 'missing', 'stale', 'archived', 'deleted', 'repaired'] as const;
const head = [
  'pipeline',
  'verdict',
  'in HubSpot',
  'in warehouse',
  'missing',
  'stale',
  'archived',
  'deleted',
  'repaired',
  'calls',
];

function summary(report: ReconcileReport, terminal: Terminal): string {
  const { paint } = terminal;
  const rows = report.reconciliations.map((each) => [
    each.pipeline,
    paint(verdicts[each.verdict], each.verdict),
    ...figures.map((name) => (each[name] === 0 ? '·' : count(each[name]))),
    count(each.calls),
  ]);
  const align = head.map((_, i) => (i < 2 ? 'left' : 'right'));
  const unfinished = report.pipelines.filter(
    ({ outcome }) => outcome !== 'complete' && outcome !== 'partial',
  );
  const calls = report.usage.reduce((sum, each) => sum + each.calls, 0);
  return [
    columns(rows, { head: head.map((name) => paint('dim', name)), align }),
    reasons(paint('red', 'Not compared'), unfinished),
    ...report.reconciliations.flatMap(whereItDiffers),
    `  ${paint('bold', `HubSpot account ${report.account.portalId}`)}, ${several(calls, 'call')}, rows in ${report.warehouse}`,
    ...bill(report).map((line) => `  ${line}`),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function whereItDiffers({ pipeline, months }: Reconciliation): readonly string[] {
  if (months.length === 0) return [];
  return [`  Counts of ${pipeline} differed among those created in ${months.join(', ')}.`];
}
