import { join } from 'node:path';
import { Command } from 'commander';
import type { Demo } from '../../app/index.ts';
import { silentLog } from '../../service.ts';
import * as view from '../demo-view.ts';
import { examples } from '../examples.ts';
import { exitCodes, exitOfSync } from '../exit.ts';
import { openProgress } from '../progress.ts';
import { fail } from '../session.ts';
import { watchSignals, type Signals } from '../signals.ts';
import { openTerminal, type Terminal } from '../terminal.ts';

interface DemoFlags {
  readonly keep?: boolean;
  readonly color?: boolean;
}

export function demoCommand(): Command {
  return new Command('demo')
    .description('See it work: an invented HubSpot account, synced into a Postgres on this machine.')
    .option('--keep', 'leave worker, status page and database running, until Ctrl-C')
    .addHelpText(
      'after',
      examples([
        ['keyway demo', 'under a minute; needs no account and no database'],
        ['keyway demo --keep', 'then look around with psql, and in a browser'],
      ]),
    )
    .action((_flags: DemoFlags, command: Command) => run(command.optsWithGlobals<DemoFlags>()));
}

interface Stage {
  readonly demo: Demo;
  readonly terminal: Terminal;
  readonly signals: Signals;
}

async function run(flags: DemoFlags): Promise<void> {
  const { loadDemo } = await import('../../app/index.ts');
  const { openDemo } = await loadDemo();
  const began = performance.now();
  const terminal = openTerminal({ color: flags.color !== false });
  const signals = watchSignals((signal) => terminal.note(`\nStopping cleanly after ${signal}.`));
  let demo: Demo | undefined;
  try {
    terminal.out(view.title(terminal));
    demo = await openDemo({ directory: join(process.cwd(), '.keyway', 'demo'), signal: signals.aborted });
    terminal.out(view.parts(demo, terminal));
    const stage = { demo, terminal, signals };
    process.exitCode = await play(stage, began);
    if (flags.keep === true && process.exitCode === exitCodes.done) await keep(stage);
    await demo.stop();
    terminal.out(view.farewell(terminal));
  } catch (error) {
    await demo?.stop();
    process.exitCode = ending(error, terminal, signals);
  } finally {
    signals.close();
  }
}

function ending(error: unknown, terminal: Terminal, signals: Signals): number {
  const signal = signals.received();
  if (signal === undefined) return fail(error, { terminal });
  terminal.note('The demo is over: its HubSpot account and its database have stopped.');
  return exitCodes[signal];
}

/** Full sync, a day of work, incremental sync, and what came of it. */
async function play({ demo, terminal, signals }: Stage, began: number): Promise<number> {
  const first = await sync({ demo, terminal, signals }, view.heading(1, 'First sync: everything', terminal));
  terminal.out(view.loaded(first, terminal));

  terminal.out(view.heading(2, 'A day goes by in HubSpot', terminal));
  const day = demo.passDay();
  terminal.out(view.workday(day));

  const second = await sync(
    { demo, terminal, signals },
    view.heading(3, 'Second sync: only what changed', terminal),
  );
  const stages = await demo.stages(day.moves.map(({ id }) => id));
  terminal.out(view.changed(second, await demo.fates(second), terminal));
  terminal.out(view.moved(day.moves, stages, terminal));

  terminal.out(view.heading(4, 'What is in Postgres now', terminal));
  terminal.out(view.tables(await demo.tables(), terminal));
  terminal.out(view.sample(await demo.deals(), terminal));

  const proof = { comparison: await demo.compare(), violations: demo.violations() };
  const milliseconds = performance.now() - began;
  terminal.out(view.verdict({ ...proof, reports: [first, second], milliseconds }, terminal));
  const sound = proof.violations.length + proof.comparison.missing + proof.comparison.stale === 0;
  return sound ? exitCodes.done : exitCodes.failed;
}

/** Throws what kept a pipeline from being complete. */
async function sync({ demo, terminal, signals }: Stage, heading: string): ReturnType<Demo['sync']> {
  terminal.out(heading);
  const kind = terminal.live && !demo.settings.ci ? 'bars' : 'lines';
  const progress = openProgress({ terminal, log: silentLog, kind });
  const report = await demo.sync((event) => progress.on(event)).finally(() => progress.close());
  signals.aborted.throwIfAborted();
  if (exitOfSync(report, undefined) === exitCodes.done) return report;
  const failed = report.pipelines.filter(({ outcome }) => outcome !== 'complete');
  throw new Error(failed.map(({ pipeline, reason }) => `${pipeline}: ${reason}`).join('; '));
}

const pause = 30_000;

/** The account lives on beside a worker, and a line tells of each sync; throws when a signal comes. */
async function keep({ demo, terminal, signals }: Stage): Promise<void> {
  terminal.out(view.invitation(demo, terminal));
  demo.passMinutes();
  const living = setInterval(() => demo.passMinutes(), pause);
  try {
    await demo.work((event) => {
      if (event.kind === 'ended') terminal.out(view.syncLine(event.report, terminal));
      if ('reason' in event) terminal.note(`${terminal.paintNote('yellow', '–')} ${event.reason}`);
    });
  } finally {
    clearInterval(living);
  }
  signals.aborted.throwIfAborted();
}
