import { Command } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { checkCommand } from './commands/check.ts';
import { completeCommand, completionCommand } from './commands/completion.ts';
import { configCommand } from './commands/config.ts';
import { demoCommand } from './commands/demo.ts';
import { healthCommand } from './commands/health.ts';
import { discoverCommand } from './commands/discover.ts';
import { keysCommand } from './commands/keys.ts';
import { initCommand } from './commands/init.ts';
import { migrateCommand } from './commands/migrate.ts';
import { notifyCommand } from './commands/notify.ts';
import { reconcileCommand } from './commands/reconcile.ts';
import { resetCommand } from './commands/reset.ts';
import { runsCommand } from './commands/runs.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { statusCommand } from './commands/status.ts';
import { syncCommand } from './commands/sync.ts';
import { workerCommand } from './commands/worker.ts';
import { examples } from './examples.ts';

/** The whole command line. Each command imports what it runs only when it runs. */
export function keyway(): Command {
  const program = withoutCompletion();
  program.addCommand(inheriting(completionCommand(withoutCompletion), program));
  return program.addCommand(inheriting(completeCommand(withoutCompletion), program), { hidden: true });
}

/** What is completed, by commands that its package adds itself. */
function withoutCompletion(): Command {
  const program = new Command('keyway')
    .description(`${packageJson.description}.`)
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help of a command')
    .option('--config <file>', 'settings file (default: config/keyway.yaml, if there is one)')
    .option('--log-level <level>', 'least important log lines: trace, debug, info, warn, error, silent')
    .option('--no-color', 'no colours, as with NO_COLOR')
    .configureHelp({ showGlobalOptions: true, helpWidth: 100 })
    .showHelpAfterError('Run it with --help to see what there is.')
    .exitOverride();
  for (const command of [
    initCommand(),
    syncCommand(),
    workerCommand(),
    healthCommand(),
    statusCommand(),
    runsCommand(),
    reconcileCommand(),
    checkCommand(),
    discoverCommand(),
    keysCommand(),
    notifyCommand(),
    resetCommand(),
    configCommand(),
    migrateCommand(),
    sandboxCommand(),
    demoCommand(),
  ]) {
    program.addCommand(inheriting(command, program));
  }
  return program.addHelpText(
    'after',
    examples([
      ['keyway demo', 'see it work, without an account'],
      ['keyway init', 'set it up for your account, step by step'],
      ['HUBSPOT_SERVICE_KEY=… keyway check', 'is the key fit, and what would a sync do?'],
      ['HUBSPOT_SERVICE_KEY=… keyway sync', 'sync all that the key may read'],
      ['HUBSPOT_SERVICE_KEY=… keyway worker', 'the same again and again, by schedules'],
      ['keyway status', 'how fresh is the copy?'],
    ]),
  );
}

/** A group hands on what it inherits. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const each of command.commands) inheriting(each, command);
  return command;
}
