import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import type { Sandbox, SandboxChoice } from '../../app/index.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { count } from '../../figures.ts';
import { watchSignals } from '../signals.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

interface SandboxFlags {
  readonly port: number;
  readonly seed: number;
  readonly contacts: number;
  readonly speed: number;
  readonly startAt?: number;
  readonly key?: string;
  readonly scopes?: readonly string[];
  readonly legacyScopes?: readonly string[];
  readonly dailyLimit?: number;
  readonly json?: boolean;
  readonly color?: boolean;
}

export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('Run a local HubSpot with invented data, to try Keyway without an account.')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', whole, 4010)
    .option('--seed <number>', 'another number, another account', whole, 1)
    .option('--contacts <number>', 'how many contacts; the other objects follow', whole, 1000)
    .option('--speed <factor>', 'how fast its clock runs; 0 stands still', decimal, 1)
    .option('--start-at <time>', 'where its clock begins, such as 2026-01-31T09:00Z (default: now)', time)
    .option('--key <key>', 'its service key (default: made from the seed)')
    .option(
      '--scopes <list>',
      'what that key may read, such as crm.objects.contacts.read,tickets (default: all)',
      list,
    )
    .option('--legacy-scopes <list>', 'a second key, as of a legacy private app, with these scopes', list)
    .option('--daily-limit <calls>', 'calls that the account has a day', whole)
    .option('--json', 'print URL, key and account as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway sandbox', 'then sync from it in another terminal'],
        ['keyway sandbox --contacts 100000 --seed 7', 'a larger, other account'],
        ['keyway sandbox --scopes crm.objects.contacts.read', 'a key that may read little'],
        ['keyway sandbox --legacy-scopes tickets', 'and a second key, to compare the two'],
        ['keyway sandbox --json > sandbox.json', 'for a script'],
      ]),
    )
    .action((_flags: SandboxFlags, command: Command) => run(command.optsWithGlobals<SandboxFlags>()));
}

/** Serves until a signal comes, which is how it is meant to end. */
async function run(flags: SandboxFlags): Promise<void> {
  const { loadSandbox } = await import('../../app/index.ts');
  const { openSandbox } = await loadSandbox();
  const terminal = openTerminal({ color: flags.color !== false });
  const signals = watchSignals(() => undefined);
  const sandbox = openSandbox(choiceOf(flags));
  try {
    await sandbox.start();
    announce(sandbox, flags, terminal);
    if (!signals.aborted.aborted) await once(signals.aborted, 'abort');
    process.exitCode = exitCodes[signals.received() ?? 'SIGTERM'];
  } catch (error) {
    if (!isPortTaken(error)) throw error;
    terminal.note(
      `${terminal.paintNote('red', 'error:')} Port ${flags.port} is taken; name another one with --port.`,
    );
    process.exitCode = exitCodes.failed;
  } finally {
    await sandbox.stop();
    signals.close();
  }
}

function choiceOf({ key, scopes, dailyLimit, startAt = Date.now(), ...flags }: SandboxFlags): SandboxChoice {
  const { port, seed, contacts, speed } = flags;
  return {
    port,
    seed,
    contacts,
    speed,
    startAt,
    ...(key === undefined ? {} : { key }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(dailyLimit === undefined ? {} : { limits: { daily: dailyLimit } }),
  };
}

function announce({ url, key, portalId, world }: Sandbox, flags: SandboxFlags, terminal: Terminal): void {
  const { legacyScopes, json = false } = flags;
  const legacyToken = legacyScopes === undefined ? undefined : world.keys.add(legacyScopes);
  if (json) return terminal.out(JSON.stringify({ url, key, legacyToken, portalId }, undefined, 2));
  const legacy = legacyToken === undefined ? '' : `\nHUBSPOT_LEGACY_TOKEN=${legacyToken}`;
  terminal.out(`HUBSPOT_BASE_URL=${url}\nHUBSPOT_SERVICE_KEY=${key}${legacy}`);
  const next =
    legacyToken === undefined
      ? 'npx keyway sync'
      : `HUBSPOT_LEGACY_TOKEN=${legacyToken} npx keyway keys compare`;
  terminal.note(
    `\nThis is HubSpot account ${portalId} with ${count(flags.contacts)} contacts, until you press Ctrl-C. ` +
      `In another terminal:\n\n  HUBSPOT_BASE_URL=${url} HUBSPOT_SERVICE_KEY=${key} ${next}\n`,
  );
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function decimal(text: string): number {
  if (!/^\d{1,9}(\.\d+)?$/.test(text))
    throw new InvalidArgumentError('It must be a number that is not negative.');
  return Number(text);
}

function time(text: string): number {
  const instant = Date.parse(text);
  if (Number.isNaN(instant)) throw new InvalidArgumentError('It must be a time such as 2026-01-31T09:00Z.');
  return instant;
}

function list(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}
