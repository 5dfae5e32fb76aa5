import { Command } from 'commander';
import { examples } from '../examples.ts';
import { dryRunText } from '../dry-run-view.ts';
import { exitCodes, exitOfSync } from '../exit.ts';
import { openProgress } from '../progress.ts';
import { inSession, type Session } from '../session.ts';
import { syncSummary } from '../summary.ts';

interface SyncOptions {
  readonly dryRun?: boolean;
  readonly fullRefresh?: boolean;
  readonly acceptDeletions?: boolean;
}

export function syncCommand(): Command {
  return new Command('sync')
    .description('Run once: the first time a full load, then changes only.')
    .argument(
      '[pipeline...]',
      'pipelines to sync, such as contacts or deals (default: those of the settings, or all)',
    )
    .option('--full-refresh', 'start these pipelines over: read every record again')
    .option(
      '--accept-deletions',
      'believe HubSpot even if a large part of the records or links is gone at once',
    )
    .option('--dry-run', 'say what it would do and what that would take; write nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway sync', 'everything that the key may read'],
        ['keyway sync contacts deals', 'only these'],
        ['keyway sync deals --full-refresh', 'read all deals again'],
        ['keyway sync --dry-run', 'how many calls, how long, how much of the day?'],
        ['keyway sync --json > run.json', 'for a script'],
      ]),
    )
    .action((pipelines: readonly string[], options: SyncOptions, command: Command) =>
      inSession(command, (session) =>
        options.dryRun === true ? dryRun(session, pipelines, options) : sync(session, pipelines, options),
      ),
    );
}

async function dryRun(
  { app, terminal, json }: Session,
  pipelines: readonly string[],
  { fullRefresh = false }: SyncOptions,
): Promise<number> {
  const report = await app.dryRun({ pipelines, fullRefresh });
  if (json) terminal.out(JSON.stringify({ ...report, exitCode: exitCodes.done }, undefined, 2));
  else terminal.out(`\n${dryRunText(report, terminal)}`);
  return exitCodes.done;
}

async function sync(session: Session, pipelines: readonly string[], options: SyncOptions): Promise<number> {
  const { app, terminal, log, progress, settings } = session;
  if (settings.warehouse === undefined && settings.hubspot.key !== undefined && progress !== 'log')
    terminal.note(terminal.paintNote('dim', `Into the embedded Postgres in ${settings.directory}`));
  const view = openProgress({ terminal, log, kind: progress });
  const report = await app
    .sync({
      pipelines,
      fullRefresh: options.fullRefresh ?? false,
      acceptDeletions: options.acceptDeletions ?? false,
      onProgress: (event) => view.on(event),
    })
    .finally(() => view.close());
  const exitCode = exitOfSync(report, session.stoppedBy());
  if (session.json) terminal.out(JSON.stringify({ ...report, exitCode }, undefined, 2));
  else terminal.out(`\n${syncSummary(report, terminal, settings)}`);
  return exitCode;
}
