import { CommanderError } from 'commander';
import { exitCodes } from './exit.ts';
import { keyway } from './keyway.ts';
import { failSafe } from './session.ts';
import { ignoreClosedPipes } from './terminal.ts';

ignoreClosedPipes();
try {
  await keyway().parseAsync();
} catch (error) {
  // Help and version end by throwing too; what else commander throws is a usage error, which it has explained.
  if (error instanceof CommanderError)
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  else process.exitCode = failSafe(error);
}
