import { Command, InvalidArgumentError } from 'commander';
import { comparisonText } from '../comparison-view.ts';
import { examples } from '../examples.ts';
import type { KeyVerification } from '../../app/index.ts';
import { exitCodes, exitOfComparison, exitOfVerification } from '../exit.ts';
import { count } from '../../figures.ts';
import { keyStatusText, verificationText } from '../keys-view.ts';
import { errorDocument, inSession, type Session } from '../session.ts';

export function keysCommand(): Command {
  const keys = new Command('keys').description('Look after the keys that HubSpot is read with.');
  for (const command of [statusCommand(), verifyCommand(), compareCommand()]) keys.addCommand(command);
  return keys.addHelpText(
    'after',
    examples([
      ['keyway keys status', 'which key is in use, and may the old one be deleted?'],
      ['keyway keys verify', 'is the new key fit to take over?'],
      ['keyway keys compare', 'does the Service Key read what the legacy private app does?'],
    ]),
  );
}

function statusCommand(): Command {
  return new Command('status')
    .description('Show which keys are and were used, when, and for how many calls. Asks HubSpot nothing.')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway keys status', 'since when is the old key not used any more?'],
        ['keyway keys status --json', 'for a script'],
      ]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.keyStatus();
        terminal.out(
          json ? JSON.stringify(report, undefined, 2) : keyStatusText(report, terminal, Date.now()),
        );
        return exitCodes.done;
      }),
    );
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Say whether a new key is fit to take over: same account, and all scopes. Writes nothing.')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['HUBSPOT_SERVICE_KEY_NEXT=… keyway keys verify', 'before it is put where Keyway finds it'],
        ['keyway keys verify --json', 'for a script; ends with 3 or 4 if it is not fit'],
      ]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const keys = await app.verifyKeys();
        const exitCode = exitOfVerification(keys);
        if (json)
          terminal.out(JSON.stringify({ keys: keys.map(verificationDocument), exitCode }, undefined, 2));
        else terminal.out(verificationText(keys, terminal));
        return exitCode;
      }),
    );
}

function verificationDocument({ error, ...key }: KeyVerification): object {
  return { ...key, ...(error && { error: errorDocument(error) }) };
}

interface CompareOptions {
  readonly sample: number;
}

function compareCommand(): Command {
  return new Command('compare')
    .description(
      'Compare what the token of a legacy private app and the Service Key read. Writes nothing, anywhere.',
    )
    .argument('[pipeline...]', 'what to compare, such as contacts (default: all of the settings)')
    .option('--sample <records>', 'of each object, records to compare value by value', sampleSize, 100)
    .option('--json', 'print the result as JSON, without values of records')
    .addHelpText(
      'after',
      examples([
        ['HUBSPOT_LEGACY_TOKEN=… keyway keys compare', 'before the private app is deleted'],
        ['keyway keys compare contacts deals', 'only these'],
        ['keyway keys compare --sample 1000', 'look closer, in more calls'],
        ['keyway keys compare --json > comparison.json', 'for the file; ends with 5 if anything differs'],
      ]),
    )
    .action((pipelines: readonly string[], options: CompareOptions, command: Command) =>
      inSession(command, (session) => compare(session, pipelines, options)),
    );
}

async function compare(
  { app, terminal, log, progress, json }: Session,
  pipelines: readonly string[],
  { sample }: CompareOptions,
): Promise<number> {
  const say = (facts: object, text: string): void =>
    progress === 'log' ? log.info(facts, text) : terminal.note(text);
  const report = await app.compareKeys({
    pipelines,
    sample,
    onPlanned: ({ ifSame, ifDifferent }) =>
      say(
        { ifSame, ifDifferent },
        `Comparing takes up to ${count(ifSame)} calls with each key where nothing differs, and ${count(ifDifferent)} at most.`,
      ),
    onCompared: ({ pipeline, verdict }) => say({ pipeline, verdict }, `  ${pipeline}: ${verdict}`),
  });
  const exitCode = exitOfComparison(report);
  if (json) terminal.out(JSON.stringify({ ...report, exitCode }, undefined, 2));
  else terminal.out(comparisonText(report, terminal));
  return exitCode;
}

function sampleSize(text: string): number {
  const size = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (size < 1 || size > 1000) throw new InvalidArgumentError('It must be a number from 1 to 1000.');
  return size;
}
