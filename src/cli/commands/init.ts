import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { App, SetUp, Settings } from '../../app/index.ts';
import type * as appRoom from '../../app/index.ts';
import { KeywayError } from '../../errors.ts';
import { silentLog } from '../../service.ts';
import { checkView } from '../check-view.ts';
import { examples } from '../examples.ts';
import { exitCodes, exitOfCheck } from '../exit.ts';
import { Cancelled, openPrompts, type Prompts } from '../prompts.ts';
import { fail } from '../session.ts';
import { walkThrough } from '../set-up-walk.ts';
import { watchSignals, type Signals } from '../signals.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

interface InitFlags {
  readonly yes?: boolean;
  readonly pipelines?: readonly string[];
  readonly warehouseFile?: string;
  readonly force?: boolean;
  readonly config?: string;
  readonly color?: boolean;
}

export function initCommand(): Command {
  return new Command('init')
    .description(
      'Set Keyway up: key, account, pipelines, scopes, warehouse. Asks, then writes settings and .env.',
    )
    .option('--yes', 'ask nothing: the key comes from HUBSPOT_SERVICE_KEY, the rest from these flags')
    .option(
      '--pipelines <list>',
      'what to sync, such as contacts,deals (default: all that the key may read)',
      list,
    )
    .option(
      '--warehouse-file <file>',
      'file that holds the URL of the warehouse (default: KEYWAY_WAREHOUSE, or embedded)',
    )
    .option('--force', 'replace a settings file that there is; it is kept beside the new one')
    .addHelpText(
      'after',
      examples([
        ['keyway init', 'with questions'],
        ['HUBSPOT_SERVICE_KEY=… keyway init --yes', 'without, for everything that the key may read'],
        ['keyway init --yes --pipelines contacts,deals', 'for a script'],
      ]),
    )
    .action((_flags: InitFlags, command: Command) => run(command));
}

interface Init {
  readonly room: typeof appRoom;
  readonly flags: InitFlags;
  readonly file: string;
  readonly terminal: Terminal;
  readonly signals: Signals;
  readonly env: ReturnType<typeof appRoom.takeEnvironment>['env'];
  readonly settingsOf: (setUp: SetUp) => Settings;
  readonly open: (setUp: SetUp) => App;
}

async function run(command: Command): Promise<void> {
  const flags = command.optsWithGlobals<InitFlags>();
  const terminal = openTerminal({ color: flags.color !== false });
  const signals = watchSignals(() => undefined);
  const asks = flags.yes !== true && process.stdin.isTTY && process.stdout.isTTY;
  const room = await import('../../app/index.ts');
  const { env, giveBack } = room.takeEnvironment();
  let isSyncWanted = false;
  try {
    const settingsOf = (setUp: SetUp): Settings => room.settingsOf(setUp, env);
    const open = (setUp: SetUp): App =>
      room.openApp(settingsOf(setUp), { log: silentLog, signal: signals.aborted, command: 'init' });
    const file = room.settingsFile(flags.config, env);
    const init = { room, flags, file, terminal, signals, env, settingsOf, open };
    if (asks) isSyncWanted = await withQuestions(init);
    else process.exitCode = await withFlags(init);
  } catch (error) {
    process.exitCode =
      error instanceof Cancelled
        ? exitCodes[signals.received() ?? 'SIGINT']
        : fail(error, { terminal, stoppedBy: signals.received() });
  } finally {
    signals.close();
  }
  giveBack();
  const config = flags.config === undefined ? [] : ['--config', flags.config];
  if (isSyncWanted) await command.parent?.parseAsync(['sync', ...config], { from: 'user' });
}

/** Resolves with whether the first sync is to follow. */
async function withQuestions(init: Init): Promise<boolean> {
  const { room, flags, file, signals, env } = init;
  const prompts = openPrompts(signals.aborted);
  const place = { cwd: process.cwd(), file };
  let isWritten = false;
  try {
    prompts.begin('Keyway: a copy of your HubSpot account, in a warehouse of yours');
    if (room.isSetUp(place) && flags.force !== true) await mayReplace(file, prompts);
    const walk = { ...init, prompts, app: room, signal: signals.aborted };
    const { setUp, account } = await walkThrough(walk);
    const files = setUp.key === undefined ? file : `${file}, and .env for what is secret`;
    if (!(await prompts.confirm(`Write ${files}?`))) throw new Cancelled('not written');
    const written = room.writeSetUp(setUp, { ...place, account });
    isWritten = true;
    prompts.say('success', writtenLines(written));
    if (room.isOvershadowed(setUp, env)) {
      prompts.say('warn', 'HUBSPOT_SERVICE_KEY of this shell goes before the key in .env: unset it.');
      prompts.end('Then: keyway sync');
      return false;
    }
    const isSyncWanted = await prompts.confirm('Run the first sync now?');
    prompts.end(isSyncWanted ? 'The first sync:' : 'Next: keyway sync');
    return isSyncWanted;
  } catch (error) {
    if (!(error instanceof Cancelled) && !signals.aborted.aborted) throw error;
    prompts.cancel(isWritten ? 'All is written. Next: keyway sync' : 'Nothing was written.');
    throw new Cancelled('cancelled');
  }
}

async function mayReplace(file: string, prompts: Prompts): Promise<void> {
  const isWanted = await prompts.confirm(
    `There is ${file} already. Replace it? It is kept beside the new one.`,
    false,
  );
  if (!isWanted) throw new Cancelled('kept');
}

function writtenLines(written: ReturnType<Init['room']['writeSetUp']>): string {
  return written.map(({ file, what }) => `${file}: ${what}`).join('\n');
}

async function withFlags({ room, flags, file, terminal, settingsOf, open }: Init): Promise<number> {
  if (flags.yes !== true)
    throw mistake(
      'init asks questions, and this is no terminal: say --yes, and what is not as by default as flags.',
    );
  const place = { cwd: process.cwd(), file };
  if (room.isSetUp(place) && flags.force !== true)
    throw mistake(`There is ${file} already. --force replaces it, and keeps it beside the new one.`);
  const setUp = setUpOf(flags, settingsOf({}).warehouse !== undefined);
  const report = await open(setUp).check();
  terminal.out(checkView(report, terminal));
  if (report.error !== undefined || report.account === undefined || !report.warehouse.ok) {
    terminal.note('\nNothing was written.');
    return exitOfCheck(report);
  }
  const written = room.writeSetUp(setUp, { ...place, account: report.account });
  terminal.out(`\n${writtenLines(written).replaceAll(/^/gm, '  ')}`);
  return exitOfCheck(report);
}

function setUpOf({ pipelines, warehouseFile }: InitFlags, isPlaceSet: boolean): SetUp {
  const elsewhere = isPlaceSet ? undefined : ({ kind: 'embedded' } as const);
  const warehouse =
    warehouseFile === undefined ? elsewhere : ({ kind: 'file', file: resolve(warehouseFile) } as const);
  return { ...(pipelines && { pipelines }), ...(warehouse && { warehouse }) };
}

function mistake(message: string): KeywayError {
  return new KeywayError('config_invalid', message);
}

function list(text: string): string[] {
  const names = text.split(/[\s,]+/).filter((part) => part !== '');
  if (names.length === 0) throw new InvalidArgumentError('It must name pipelines, such as contacts,deals.');
  return names;
}
