import { Command } from 'commander';
import { checkView } from '../check-view.ts';
import { examples } from '../examples.ts';
import { exitOfCheck } from '../exit.ts';
import { errorDocument, inSession } from '../session.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Look at key, account, scopes and warehouse, and say what a sync would need. Changes nothing.',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway check', 'before the first sync, or after a change of key'],
        ['keyway check --json', 'for a script'],
      ]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.check();
        const exitCode = exitOfCheck(report);
        const error = report.error === undefined ? undefined : errorDocument(report.error);
        if (json) terminal.out(JSON.stringify({ ...report, error, exitCode }, undefined, 2));
        else terminal.out(checkView(report, terminal));
        return exitCode;
      }),
    );
}
