import { expect, it, onTestFinished } from 'vitest';
import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { finished, keyway, start } from '../cli/run-keyway.ts';
import { temporaryFolder } from '../support/own-server.ts';
import { asked, environment, hurried, withSandbox, wrong } from './account.ts';

it(
  'a server that dies in the middle of a sync and recovers within seconds is waited for, and all is true',
  { timeout: 180_000 },
  async () => {
    const directory = await temporaryFolder();
    const options = { directory, log: silentLog, clock: systemClock, settings: { fsync: 'off' } };
    const first = openEmbedded(options);
    onTestFinished(() => first.stop());
    const { url, pid } = await first.start();
    const sandbox = await withSandbox({ contacts: 1200 });
    const env = { ...environment(sandbox, { url }), ...hurried };
    const result = finished(start(['sync'], { env }));
    await asked(sandbox, 20);
    process.kill(pid, 'SIGKILL');
    const second = openEmbedded(options);
    onTestFinished(() => second.stop());
    expect((await second.start()).url).toBe(url);
    const { exitCode, stderr } = await result;
    expect(stderr).toMatch(/Postgres asks to try again/);
    // On a machine that is busy otherwise, recovery takes longer than a run waits.
    if (exitCode !== 0) expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    expect(await wrong({ url }, sandbox)).toEqual([]);
  },
);
