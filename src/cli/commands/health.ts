import { Command } from 'commander';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { inSession } from '../session.ts';

export function healthCommand(): Command {
  return new Command('health')
    .description('Ask the worker on this machine whether it lives: for health checks of containers.')
    .addHelpText(
      'after',
      examples([
        ['keyway health', 'ends with 0 if it does, else with 1'],
        ['curl -s http://127.0.0.1:8080/readyz?verbose', 'what it says of itself'],
      ]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, async ({ app, terminal }) => {
        const { ok, detail } = await app.health();
        terminal.out(detail);
        return ok ? exitCodes.done : exitCodes.failed;
      }),
    );
}
