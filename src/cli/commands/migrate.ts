import { Command } from 'commander';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { inSession } from '../session.ts';

export function migrateCommand(): Command {
  return new Command('migrate')
    .description(
      "Create or update Keyway's own tables. Every sync does this too; your tables stay as they are.",
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([['KEYWAY_WAREHOUSE=postgres://… keyway migrate', 'with a login that may create tables']]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json, settings }) => {
        const warehouse = await app.migrate();
        const document = { warehouse, stateSchema: settings.stateSchema, exitCode: exitCodes.done };
        if (json) terminal.out(JSON.stringify(document, undefined, 2));
        else
          terminal.out(`Keyway's own tables are up to date, in ${settings.stateSchema} beside ${warehouse}.`);
        return exitCodes.done;
      }),
    );
}
