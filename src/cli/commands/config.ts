import { Command } from 'commander';
import type { Settings } from '../../app/index.ts';
import { columns } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { several } from '../../figures.ts';
import { inSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function configCommand(): Command {
  const config = new Command('config').description('Look at the settings, without secrets.');
  for (const command of [showCommand(), validateCommand(), schemaCommand()]) config.addCommand(command);
  return config.addHelpText(
    'after',
    examples([
      ['keyway config show', 'which settings hold, and where each comes from'],
      ['keyway config validate', 'are they right? All mistakes at once'],
      ['keyway config schema > keyway.schema.json', 'for an editor'],
    ]),
  );
}

function showCommand(): Command {
  return new Command('show')
    .description('Show each setting, its value and where that comes from. Secrets are masked.')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway config show', 'what holds'],
        ['keyway config show --json', 'for a script'],
      ]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, ({ settings, terminal, json }) => {
        terminal.out(json ? JSON.stringify(settings.shown, undefined, 2) : settingsText(settings, terminal));
        return Promise.resolve(exitCodes.done);
      }),
    );
}

function validateCommand(): Command {
  return new Command('validate')
    .description('Say whether the settings are right, and list all that is wrong. Asks nobody.')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway config validate', 'ends with 2 if something is wrong'],
        ['keyway config validate --config nightly.yaml', 'of another file'],
      ]),
    )
    .action((_options: object, command: Command) =>
      // What is wrong with one alone has been told before this is reached.
      inSession(command, async ({ settings, terminal, json }) => {
        const { validateSettings } = await import('../../app/index.ts');
        validateSettings(settings);
        const given = settings.shown.filter(({ source }) => source !== 'default').length;
        const text = `The settings are right: ${several(given, 'value')} given, the others at their defaults.`;
        terminal.out(
          json ? JSON.stringify({ ok: true, given, exitCode: exitCodes.done }, undefined, 2) : text,
        );
        return exitCodes.done;
      }),
    );
}

function schemaCommand(): Command {
  return new Command('schema')
    .description('Print the JSON schema of config/keyway.yaml, for editors.')
    .addHelpText('after', examples([['keyway config schema > config/keyway.schema.json', 'for an editor']]))
    .action(async () => {
      const { openTerminal } = await import('../terminal.ts');
      const { schemaOfSettings } = await import('../../app/index.ts');
      openTerminal({ color: false }).out(schemaOfSettings().trimEnd());
    });
}

function settingsText({ shown }: Settings, { paint }: Terminal): string {
  const rows = shown.map(({ name, value, source }) => [
    name,
    value === undefined ? paint('dim', '–') : text(value),
    source === 'default' ? paint('dim', source) : source,
  ]);
  return columns(rows, { head: ['setting', 'value', 'from'].map((name) => paint('dim', name)) });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
