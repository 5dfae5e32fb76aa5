import { Command } from 'commander';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { openLines } from '../lines.ts';
import { inSession, type Session } from '../session.ts';

export function workerCommand(): Command {
  return new Command('worker')
    .description('Sync by the schedules of the settings, until it is told to stop.')
    .addHelpText(
      'after',
      examples([
        ['keyway worker', 'every hour, unless the settings say otherwise'],
        ['KEYWAY_SCHEDULES__DEFAULT=@daily keyway worker', 'every night'],
        ['kill -HUP <pid>', 'have it read its settings again'],
        ['kill -TERM <pid>', 'have it stop cleanly'],
      ]),
    )
    .action((_options: object, command: Command) => inSession(command, work, { speaks: true, patience }));
}

/** Milliseconds: Kubernetes kills thirty seconds after it has asked. */
const patience = 20_000;

async function work({ app, reread, stoppedBy }: Session): Promise<number> {
  const heard: (() => void)[] = [];
  const onHangUp = (): void => heard.forEach((listener) => listener());
  process.on('SIGHUP', onHangUp);
  try {
    await app.work({
      onHangUp: (listener) => void heard.push(listener),
      reread,
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
