import { Command } from 'commander';
import type { StatusReport } from '../../app/index.ts';
import { backfillProgress, backfillText } from '../backfill-text.ts';
import { columns, wrap } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { count, duration, instant } from '../../figures.ts';
import { misfitLines } from '../misfit-lines.ts';
import { inSession } from '../session.ts';
import { looks, verdicts } from '../summary.ts';
import type { Terminal } from '../terminal.ts';

export function statusCommand(): Command {
  return new Command('status')
    .description('Show how fresh and how complete the copy is.')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway status', 'freshness, rows and last run of each pipeline'],
        ['keyway status --json', 'for a script'],
      ]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.status();
        terminal.out(json ? JSON.stringify(report, undefined, 2) : statusText(report, terminal, Date.now()));
        return exitCodes.done;
      }),
    );
}

const head = [
  'pipeline',
  'state',
  'complete up to',
  'age',
  'fresh',
  'swept',
  'rows',
  'living',
  'reconciled',
  'last run',
];
const numbers = new Set(['age', 'fresh', 'swept', 'rows', 'living']);

function statusText(report: StatusReport, terminal: Terminal, now: number): string {
  const { paint } = terminal;
  const rows = report.pipelines.map(({ pipeline, tables, last, reconciled, ...status }) => [
    pipeline,
    status.state,
    instant(status.completeUpTo),
    ...[status.completeUpTo, status.freshUpTo, status.sweptUpTo].map((since) => age(since, now)),
    count(tables.reduce((sum, table) => sum + table.rows, 0)),
    count(tables.reduce((sum, table) => sum + table.living, 0)),
    reconciled === undefined
      ? '–'
      : `${paint(verdicts[reconciled.verdict], reconciled.verdict)}, ${age(reconciled.checkedAt, now)} ago`,
    last === undefined ? '–' : paint(looks[last.outcome], last.outcome),
  ]);
  const align = head.map((name) => (numbers.has(name) ? 'right' : 'left'));
  const account = report.portalId === undefined ? 'no account yet' : `HubSpot account ${report.portalId}`;
  return [
    `  ${paint('bold', account)} in ${report.warehouse}\n`,
    columns(rows, { head: head.map((name) => paint('dim', name)), align }),
    ...problems(report),
    ...misfits(report),
    ...backfills(report),
    `\n${lastRun(report)}`,
  ].join('\n');
}

function age(since: number | undefined, now: number): string {
  return since === undefined ? '–' : duration(Math.max(0, now - since));
}

function problems({ pipelines }: StatusReport): string[] {
  const lines = pipelines.flatMap(({ pipeline, last }) =>
    last?.reason === undefined ? [] : [`    ${pipeline.padEnd(14)} ${wrap(last.reason, 100, 19)}`],
  );
  return lines.length === 0 ? [] : ['\n  What kept pipelines from being complete', ...lines];
}

function backfills({ backfills }: StatusReport): string[] {
  const lines = backfills.map(
    (state) =>
      `    ${state.pipeline.padEnd(14)} ${wrap(`${backfillText(state)}: ${backfillProgress(state)}, begun ${instant(state.startedAt)}`, 100, 19)}`,
  );
  return lines.length === 0 ? [] : ['\n  Backfills that are not finished', ...lines];
}

function misfits({ pipelines }: StatusReport): string[] {
  const lines = misfitLines(pipelines.flatMap(({ last }) => last ?? []));
  return lines === '' ? [] : ['', lines];
}

function lastRun({ lastRun }: StatusReport): string {
  if (lastRun === undefined) return '  Nothing was synced yet: keyway sync';
  const took =
    lastRun.finishedAt === undefined ? '' : `, took ${duration(lastRun.finishedAt - lastRun.startedAt)}`;
  return `  Last run: keyway ${lastRun.command}, ${instant(lastRun.startedAt)}, ${lastRun.outcome}${took}`;
}
