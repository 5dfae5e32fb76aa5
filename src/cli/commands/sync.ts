import { Command } from 'commander';
import { examples } from '../examples.ts';
import { exitOfSync } from '../exit.ts';
import { openProgress } from '../progress.ts';
import { inSession, type Session } from '../session.ts';
import { syncSummary } from '../summary.ts';

interface SyncOptions {
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
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway sync', 'everything that the key may read'],
        ['keyway sync contacts deals', 'only these'],
        ['keyway sync deals --full-refresh', 'read all deals again'],
        ['keyway sync --json > run.json', 'for a script'],
      ]),
    )
    .action((pipelines: readonly string[], options: SyncOptions, command: Command) =>
      inSession(command, (session) => sync(session, pipelines, options)),
    );
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
