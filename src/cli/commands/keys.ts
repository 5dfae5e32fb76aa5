import { Command } from 'commander';
import type { KeyComparison } from '../../app/index.ts';
import { examples } from '../examples.ts';
import { exitOfComparison } from '../exit.ts';
import { several } from '../figures.ts';
import { inSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function keysCommand(): Command {
  const keys = new Command('keys').description('Look after the keys that HubSpot is read with.');
  for (const command of [compareCommand()]) keys.addCommand(command);
  return keys.addHelpText(
    'after',
    examples([['keyway keys compare', 'does the Service Key read what the legacy private app does?']]),
  );
}

function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Compare what the token of a legacy private app and the Service Key read. Writes nothing, anywhere.',
    )
    .argument('[pipeline...]', 'what to compare, such as contacts (default: all of the settings)')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['HUBSPOT_LEGACY_TOKEN=… keyway keys compare', 'before the token is taken out of use'],
        ['keyway keys compare contacts deals', 'only these'],
      ]),
    )
    .action((pipelines: readonly string[], _options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.compareKeys({ pipelines });
        const exitCode = exitOfComparison(report);
        if (json) terminal.out(JSON.stringify({ ...report, exitCode }, undefined, 2));
        else terminal.out(comparisonText(report, terminal));
        return exitCode;
      }),
    );
}

function comparisonText({ account, scopes, calls, verdict }: KeyComparison, { paint }: Terminal): string {
  return [
    `  Both keys read HubSpot account ${account.portalId}.`,
    `  To tick: ${scopes.toTick.join(', ') || 'nothing'}`,
    `  ${paint('bold', verdict)}, ${several(calls.legacy + calls.key, 'call')}`,
  ].join('\n');
}
