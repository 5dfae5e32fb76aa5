import { Command } from 'commander';
import { KeywayError } from '../../errors.ts';
import { withBackfill } from '../backfill-flags.ts';
import { backfillRequest, type BackfillFlags } from '../backfill-request.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { openLines } from '../lines.ts';
import { inSession, type Session } from '../session.ts';

export function workerCommand(): Command {
  const command = new Command('worker')
    .description('Sync by the schedules of the settings, until it is told to stop.')
    .argument(
      '[pipeline...]',
      'what --backfill reads (default: all); what is synced is for the settings to say',
    );
  return withBackfill(command, 'read records again between the runs, once; goes on where it was left')
    .addHelpText(
      'after',
      examples([
        ['keyway worker', 'every hour, unless the settings differ'],
        ['KEYWAY_SCHEDULES__DEFAULT=@daily keyway worker', 'every night'],
        ['keyway worker --backfill contacts --since 2026-01-01', 'and reads these when nothing is due'],
        ['kill -HUP <pid>', 'have it read its settings again'],
        ['kill -TERM <pid>', 'have it stop cleanly'],
      ]),
    )
    .action((pipelines: readonly string[], flags: BackfillFlags, command: Command) => {
      const start = async (session: Session): Promise<number> => {
        const backfill = await backfillRequest(pipelines, flags);
        if (backfill === undefined && pipelines.length > 0) throw notNamed(pipelines);
        return work(session, backfill && { pipelines, backfill });
      };
      return inSession(command, start, { speaks: true, patience, label: 'worker' });
    });
}

/** Milliseconds: Kubernetes kills thirty seconds after it has asked. */
const patience = 20_000;

function notNamed(pipelines: readonly string[]): KeywayError {
  return new KeywayError(
    'config_invalid',
    `A worker syncs the pipelines of the settings (KEYWAY_PIPELINES); naming ${pipelines.join(', ')} is for --backfill: give it, or leave the names out.`,
  );
}

type Backfill = NonNullable<Parameters<Session['app']['work']>[0]['backfill']>;

async function work({ app, reread, stoppedBy }: Session, backfill: Backfill | undefined): Promise<number> {
  const heard: (() => void)[] = [];
  const onHangUp = (): void => heard.forEach((listener) => listener());
  process.on('SIGHUP', onHangUp);
  try {
    await app.work({
      onHangUp: (listener) => void heard.push(listener),
      reread,
      ...(backfill && { backfill }),
      // What became of a pipeline is logged as it is.
      watch: (log) =>
        openLines(({ pipeline, text, facts }) => {
          if (!('outcome' in facts)) log.info({ pipeline, ...facts }, text);
        }),
    });
  } finally {
    process.off('SIGHUP', onHangUp);
  }
  return exitCodes[stoppedBy() ?? 'SIGTERM'];
}
