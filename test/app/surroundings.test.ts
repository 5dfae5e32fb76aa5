import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { binary, emptyFolder, finished, keyway, start } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox, wrong } from './account.ts';
import { holdingProxy } from '../support/holding-proxy.ts';

describe('an error that nobody expects', () => {
  const planted = `process.on('SIGUSR2', () => { PLANTED })`;

  it.each([
    ['thrown where nothing catches it', `throw new Error('planted')`],
    ['of a promise that nobody waits for', `void Promise.reject(new Error('planted'))`],
  ])('%s ends the process with one sentence; the next run closes what it left open', async (_, mistake) => {
    const [sandbox, database] = [await withSandbox({ contacts: 150 }), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    const proxy = await holdingProxy(sandbox.url, /^GET .*\/contacts\?.*after=/);
    const code = encodeURIComponent(planted.replace('PLANTED', mistake));
    const NODE_OPTIONS = `--import=data:text/javascript,${code}`;
    const child = start(['sync'], { env: { ...env, NODE_OPTIONS, HUBSPOT_BASE_URL: proxy.url } });
    const result = finished(child);
    await proxy.held;
    child.kill('SIGUSR2');
    const { exitCode, stdout, stderr } = await result;
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^error: Unexpected: planted\. Please report it/m);
    expect(stderr).not.toMatch(/^ +at /m);
    expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
    expect(await database.query('select outcome from keyway.runs order by started_at')).toEqual([
      { outcome: 'crashed' },
      { outcome: 'complete' },
    ]);
    expect(await wrong(database, sandbox)).toEqual([]);
  });
});

describe('readers of both outputs that go away', () => {
  it('before anything was said are no reason not to do the work', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried, LOG_LEVEL: 'debug' };
    const child = start(['sync'], { env });
    child.stdout?.destroy();
    child.stderr?.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await database.query('select outcome from keyway.runs')).toEqual([{ outcome: 'complete' }]);
    expect(await wrong(database, sandbox)).toEqual([]);
  });
});

describe('a machine that lets nothing be written', () => {
  // Root may write anywhere, whatever a folder's mode says.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const closed = spawnSync(process.execPath, ['--check', binary], nobody).status !== 0;
  if (closed) process.stderr.write('SKIPPED: this folder is closed to users but root: none can be tried\n');

  it.skipIf(closed)(
    'is enough, with a warehouse of one’s own: no folder, no home, no place for temporary files',
    async () => {
      const [sandbox, database] = [await withSandbox(), await withDatabase()];
      const nowhere = '/nonexistent';
      const cwd = emptyFolder();
      chmodSync(cwd, 0o555);
      const env = { ...environment(sandbox, database), ...hurried, HOME: nowhere, TMPDIR: nowhere };
      const child = start(['sync'], { cwd, env, user: nobody });
      expect(await finished(child)).toMatchObject({ exitCode: 0 });
      expect(await wrong(database, sandbox)).toEqual([]);
    },
  );
});
