import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';

/** A process of its own that uses the server in the folder given, until its input ends. */
const [directory = ''] = process.argv.slice(2);
const embedded = openEmbedded({ directory, log: silentLog, clock: systemClock, settings: { fsync: 'off' } });
process.stdout.write(`${JSON.stringify(await embedded.start())}\n`);
process.stdin.once('end', () => void embedded.stop()).resume();
