import { Command, InvalidArgumentError } from 'commander';
import type { RunsReport } from '../../app/index.ts';
import type { RunOutcome } from '../../run.ts';
import { columns, wrap } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { count, duration, instant } from '../../figures.ts';
import { inSession } from '../session.ts';
import { pipelineTable } from '../summary.ts';
import type { Terminal } from '../terminal.ts';

interface RunsOptions {
  readonly limit: number;
}

export function runsCommand(): Command {
  return new Command('runs')
    .description('Show the latest runs, or one of them with all that its pipelines did.')
    .argument('[run]', 'id of a run, or its first characters')
    .option('--limit <number>', 'how many of the latest ones', limit, 20)
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway runs', 'the last twenty'],
        ['keyway runs --limit 100 --json', 'for a script'],
        ['keyway runs 019abc12', 'what each pipeline did in that one'],
      ]),
    )
    .action((run: string | undefined, options: RunsOptions, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.runs({ limit: options.limit, ...(run === undefined ? {} : { run }) });
        terminal.out(json ? JSON.stringify(report, undefined, 2) : runsText(report, terminal));
        return exitCodes.done;
      }),
    );
}

const looks = {
  running: 'cyan',
  complete: 'green',
  incomplete: 'yellow',
  failed: 'red',
  interrupted: 'yellow',
  crashed: 'red',
} as const satisfies Readonly<Record<RunOutcome, Parameters<Terminal['paint']>[0]>>;

function runsText({ warehouse, runs, pipelines }: RunsReport, terminal: Terminal): string {
  const { paint } = terminal;
  if (runs.length === 0) return `  Nothing was synced yet in ${warehouse}: keyway sync`;
  const rows = runs.map(({ id, command, startedAt, finishedAt, outcome, keyFingerprint }) => [
    pipelines === undefined ? id.slice(0, 13) : id,
    instant(startedAt),
    finishedAt === undefined ? '–' : duration(finishedAt - startedAt),
    paint(looks[outcome], outcome),
    command,
    keyFingerprint,
  ]);
  const head = ['run', 'began', 'took', 'outcome', 'command', 'key'];
  const list = columns(rows, { head: head.map((name) => paint('dim', name)) });
  const errors = runs.flatMap(({ id, error }) =>
    error === undefined ? [] : [`    ${id.slice(0, 13)} ${wrap(error, 100, 18)}`],
  );
  const why = errors.length === 0 ? [] : [`  What ended them\n${errors.join('\n')}`];
  const parts = pipelines === undefined ? [] : [pipelineTable(pipelines, terminal), ...reasons(pipelines)];
  return [list, ...why, ...parts].join('\n\n');
}

function reasons(pipelines: NonNullable<RunsReport['pipelines']>): readonly string[] {
  const lines = pipelines.flatMap(({ pipeline, reason, code }) =>
    reason === undefined
      ? []
      : [`    ${pipeline.padEnd(16)} ${wrap(`${reason}${code === undefined ? '' : ` (${code})`}`, 100, 21)}`],
  );
  const misfits = pipelines.reduce((sum, { counts }) => sum + counts.misfits, 0);
  return [
    ...(lines.length === 0 ? [] : [`  What kept pipelines from being complete\n${lines.join('\n')}`]),
    ...(misfits === 0 ? [] : [`  ${count(misfits)} values did not fit their columns; they are in _extra.`]),
  ];
}

function limit(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text))
    throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}
