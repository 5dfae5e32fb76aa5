import { CommanderError } from 'commander';
import { KeywayError } from '../errors.ts';
import { exitCodes } from './exit.ts';
import { harden } from './harden.ts';
import { keyway } from './keyway.ts';
import { failSafe } from './session.ts';
import { ignoreClosedPipes } from './terminal.ts';

ignoreClosedPipes();
// A mistake of ours that no command sees: still a sentence and an exit code, never a bare stack trace.
process.on('uncaughtException', (error) => process.exit(failSafe(error)));
try {
  const problem = harden(process.argv.slice(2));
  if (problem !== undefined) throw new KeywayError('config_invalid', problem);
  await keyway().parseAsync();
} catch (error) {
  // Help and version end by throwing too; what else commander throws is a usage error, which it has explained.
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  else process.exitCode = failSafe(error);
}
