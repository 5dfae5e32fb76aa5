import { Command } from 'commander';
import type { ResetReport } from '../../app/index.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { count } from '../../figures.ts';
import { inSession } from '../session.ts';

interface ResetOptions {
  readonly dropTable?: boolean;
  readonly yes?: boolean;
}

export function resetCommand(): Command {
  return new Command('reset')
    .description('Forget how far a pipeline is: its next sync loads everything again. Rows stay.')
    .argument('<pipeline>', 'pipeline, such as contacts')
    .option('--drop-table', 'drop its tables, too, with all their rows')
    .option('--yes', 'that the rows may go; needed with --drop-table')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway reset deals', 'load all deals again with the next sync'],
        ['keyway reset deals --drop-table', 'what would be lost?'],
        ['keyway reset deals --drop-table --yes', 'begin anew, without the rows that there are'],
      ]),
    )
    .action((pipeline: string, { dropTable = false, yes = false }: ResetOptions, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.reset({ pipeline, dropTable, yes });
        const document = { ...report, exitCode: exitCodes.done };
        terminal.out(json ? JSON.stringify(document, undefined, 2) : resetText(report));
        return exitCodes.done;
      }),
    );
}

function resetText({ pipeline, forgotten, dropped, warehouse }: ResetReport): string {
  const lines = [
    forgotten.length === 0
      ? `${pipeline} has no checkpoint in ${warehouse}: its next sync loads everything anyway.`
      : `Forgotten how far ${pipeline} is, in ${warehouse}: its next sync loads everything again.`,
    ...dropped.map(({ table, rows }) => `Dropped ${table}, with ${count(rows)} rows.`),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}
