import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { playScenario } from './scenario.ts';

/** Plays seeded lives of an account and tells what was wrong: `npm run scenario -- <first seed> [<last seed>]`. */
const [first = 1, last = first] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'keyway-scenario-'));
const server = openEmbedded({
  directory: join(folder, 'postgres'),
  log: silentLog,
  clock: systemClock,
  settings: { fsync: 'off' },
});
const { url } = await server.start();
let failed = 0;
try {
  for (let seed = first; seed <= last; seed++) {
    const found = await playScenario(url, seed);
    if (found.length > 0) failed++;
    for (const sentence of found) process.stdout.write(`seed ${seed}: ${sentence}\n`);
  }
  process.stdout.write(`${last - first + 1 - failed} of ${last - first + 1} lives ended in the truth\n`);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
