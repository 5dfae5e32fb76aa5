import * as module from 'node:module';
import * as v8 from 'node:v8';
import { silentLog } from '../../src/service.ts';

/**
 * One real sync in a process of its own, as the command does it, and what it cost. Settings come from the environment;
 * `node synced.ts [--full-refresh]`.
 */
// As src/cli/keyway.mjs begins.
v8.setFlagsFromString('--heap-growing-percent=60');

module.enableCompileCache();
const { readSettings, openApp } = await import('../../src/app/index.ts');
const app = openApp(readSettings({}), {
  log: silentLog,
  signal: new AbortController().signal,
  command: 'bench',
});
const before = process.cpuUsage();
const startedAt = performance.now();
const report = await app.sync({
  pipelines: ['contacts'],
  fullRefresh: process.argv.includes('--full-refresh'),
});
const seconds = (performance.now() - startedAt) / 1000;
const { user, system } = process.cpuUsage(before);
const [run] = report.pipelines;
if (run?.outcome !== 'complete') throw new Error(`the sync ended ${run?.outcome}: ${run?.reason}`);
process.send?.({
  seconds,
  cpu: user + system,
  peak: process.resourceUsage().maxRSS * 1024,
  counts: run.counts,
});
