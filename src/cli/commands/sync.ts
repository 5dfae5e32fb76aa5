import { Command } from 'commander';
import type { BackfillRequest } from '../../backfill.ts';
import { withBackfill } from '../backfill-flags.ts';
import { backfillRequest, type BackfillFlags } from '../backfill-request.ts';
import { unknownText } from '../backfill-text.ts';
import { examples } from '../examples.ts';
import { dryRunText } from '../dry-run-view.ts';
import { exitCodes, exitOfSync } from '../exit.ts';
import { openProgress } from '../progress.ts';
import type { ProgressView } from '../progress-view.ts';
import { inSession, type Session } from '../session.ts';
import { syncSummary } from '../summary.ts';

interface SyncOptions extends BackfillFlags {
  readonly dryRun?: boolean;
  readonly acceptDeletions?: boolean;
}

export function syncCommand(): Command {
  return withBackfill(
    new Command('sync')
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
      .option('--dry-run', 'say what it would do and what that would take; write nothing'),
    'read records again, whether or not they have changed; goes on where it was left',
  )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway sync', 'everything that the key may read'],
        ['keyway sync contacts deals', 'only these'],
        ['keyway sync deals --full-refresh', 'read all deals again'],
        ['keyway sync --dry-run', 'how many calls, how long, how much a day?'],
        ['keyway sync deals --backfill --since 2026-01-01', 'again what has changed since'],
        ['keyway sync contacts --backfill --ids @ids.txt', 'again the records of a file of ids'],
        ['keyway sync contacts --backfill --properties email', 'one column of all rows'],
        ['keyway sync --json > run.json', 'for a script'],
      ]),
    )
    .action((pipelines: readonly string[], options: SyncOptions, command: Command) =>
      inSession(command, async (session) => {
        const backfill = await backfillRequest(pipelines, options);
        if (options.dryRun === true) return dryRun(session, pipelines, { ...options, request: backfill });
        if (backfill !== undefined) return runBackfill(session, backfill, { ...options, pipelines });
        return sync(session, pipelines, options);
      }),
    );
}

interface DryRunOptions extends SyncOptions {
  readonly request: BackfillRequest | undefined;
}

async function dryRun(
  { app, terminal, json }: Session,
  pipelines: readonly string[],
  { fullRefresh = false, request }: DryRunOptions,
): Promise<number> {
  const report = await app.dryRun({ pipelines, fullRefresh, ...(request && { backfill: request }) });
  if (json) terminal.out(JSON.stringify({ ...report, exitCode: exitCodes.done }, undefined, 2));
  else terminal.out(`\n${dryRunText(report, terminal)}`);
  return exitCodes.done;
}

async function sync(session: Session, pipelines: readonly string[], options: SyncOptions): Promise<number> {
  const { app, terminal, settings } = session;
  const view = openView(session);
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

interface BackfillOptions extends SyncOptions {
  readonly pipelines: readonly string[];
}

async function runBackfill(
  session: Session,
  backfill: BackfillRequest,
  { pipelines, acceptDeletions = false }: BackfillOptions,
): Promise<number> {
  const { app, terminal, settings } = session;
  const view = openView(session);
  const report = await app
    .backfill({ pipelines, backfill, acceptDeletions, onProgress: (event) => view.on(event) })
    .finally(() => view.close());
  const exitCode = exitOfSync(report, session.stoppedBy());
  if (session.json) terminal.out(JSON.stringify({ ...report, exitCode }, undefined, 2));
  else {
    const unknown = report.backfills.flatMap((state) => unknownText(state) ?? []);
    const said = [syncSummary(report, terminal, settings), ...unknown.map((line) => `  ${line}`)];
    terminal.out(`\n${said.join('\n')}`);
  }
  return exitCode;
}

function openView({ settings, progress, terminal, log }: Session): ProgressView {
  if (settings.warehouse === undefined && settings.hubspot.key !== undefined && progress !== 'log')
    terminal.note(terminal.paintNote('dim', `Into the embedded Postgres in ${settings.directory}`));
  return openProgress({ terminal, log, kind: progress });
}
