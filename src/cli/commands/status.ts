import { Command } from 'commander';
import type { StatusReport } from '../../app/index.ts';
import { columns, wrap } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { count, duration, instant } from '../figures.ts';
import { inSession } from '../session.ts';
import { looks } from '../summary.ts';
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

const head = ['pipeline', 'state', 'complete up to', 'age', 'rows', 'living', 'last run'];

function statusText(report: StatusReport, terminal: Terminal, now: number): string {
  const { paint } = terminal;
  const rows = report.pipelines.map(({ pipeline, state, completeUpTo, tables, last }) => [
    pipeline,
    state,
    instant(completeUpTo),
    completeUpTo === undefined ? '–' : duration(Math.max(0, now - completeUpTo)),
    count(tables.reduce((sum, table) => sum + table.rows, 0)),
    count(tables.reduce((sum, table) => sum + table.living, 0)),
    last === undefined ? '–' : paint(looks[last.outcome], last.outcome),
  ]);
  const align = head.map((name) => (['age', 'rows', 'living'].includes(name) ? 'right' : 'left'));
  const account = report.portalId === undefined ? 'no account yet' : `HubSpot account ${report.portalId}`;
  return [
    `  ${paint('bold', account)} in ${report.warehouse}\n`,
    columns(rows, { head: head.map((name) => paint('dim', name)), align }),
    ...problems(report),
    `\n${lastRun(report)}`,
  ].join('\n');
}

function problems({ pipelines }: StatusReport): string[] {
  const lines = pipelines.flatMap(({ pipeline, last }) =>
    last?.reason === undefined ? [] : [`    ${pipeline.padEnd(14)} ${wrap(last.reason, 100, 19)}`],
  );
  return lines.length === 0 ? [] : ['\n  What kept pipelines from being complete', ...lines];
}

function lastRun({ lastRun }: StatusReport): string {
  if (lastRun === undefined) return '  Nothing was synced yet: keyway sync';
  const took =
    lastRun.finishedAt === undefined ? '' : `, took ${duration(lastRun.finishedAt - lastRun.startedAt)}`;
  return `  Last run: keyway ${lastRun.command}, ${instant(lastRun.startedAt)}, ${lastRun.outcome}${took}`;
}
