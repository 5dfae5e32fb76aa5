import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, finished, keyway, said, start } from '../cli/run-keyway.ts';

/** A folder with settings of the user's that the demo must not heed, open to the user that Postgres runs as. */
function usersFolder(): string {
  const cwd = emptyFolder();
  chmodSync(cwd, 0o755);
  mkdirSync(join(cwd, 'config'));
  writeFileSync(join(cwd, 'config/keyway.yaml'), 'shcema: not a setting\n');
  writeFileSync(join(cwd, '.env'), 'HUBSPOT_SERVICE_KEY=the-key-of-the-user\nKEYWAY_WAREHOUSE=nonsense\n');
  return cwd;
}

const env = { HUBSPOT_SERVICE_KEY: 'the-key-of-the-user', KEYWAY_NONSENSE: '1', LOG_LEVEL: 'nonsense' };

/** Whether anybody answers at a port of this machine. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function expectNothingLeft(cwd: string, stdout: string, servers = 2): Promise<void> {
  const ports = [...stdout.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  expect(new Set(ports).size).toBe(servers);
  for (const port of ports) expect(await answers(port)).toBe(false);
  expect(readdirSync(join(cwd, '.keyway/demo/postgres/users'))).toEqual([]);
}

// Each does what takes some twenty seconds on an idle machine.
describe('keyway demo', { timeout: 240_000 }, () => {
  it('syncs, lets a day pass, syncs what changed and shows all of it, twice over in the same folder', async () => {
    const cwd = usersFolder();
    for (const _ of ['first', 'second']) {
      const { exitCode, stdout, stderr } = await keyway(['demo'], { cwd, env });
      expect(exitCode, stderr).toBe(0);
      expect(stdout).toMatch(/Postgres {2}psql 'postgres:\/\/keyway:.*@127\.0\.0\.1:\d+\/keyway'/);
      expect(stdout).toMatch(/✓ \d\d,\d{3} rows with \d+ calls in /);
      expect(stdout).toMatch(/^ {2}contacts +\d+ +\d+ +\d+ +\d+ +\d+ +\d+$/m);
      expect(stdout).toMatch(/^ {5}.*: Contract Sent → Closed Won$/m);
      expect(stdout).toMatch(/^ {2}contacts +1,\d{3} +\d+ {2}People$/m);
      expect(stdout).toMatch(/^ {2}text +text +numeric +text +text +date$/m);
      expect(stdout).toMatch(/Compared with HubSpot: 9,\d{3} living records, none missing, none out of date/);
      expect(stdout).toContain("none of HubSpot's rules broken");
      expect(stderr).toMatch(/^contacts +complete: 1,\d{3} read/m);
      expect(stdout + stderr).not.toContain('the-key-of-the-user');
      expect(stdout).not.toContain('\u001b[');
      for (const line of `${stdout}\n${stderr}`.split('\n'))
        expect(line.length, line).toBeLessThanOrEqual(100);
      await expectNothingLeft(cwd, stdout);
    }
  });

  it('with --keep goes on until a signal comes, keeps a second demo out, and then leaves nothing running', async () => {
    const cwd = usersFolder();
    const child = start(['demo', '--keep'], { cwd, env });
    const exit = finished(child);
    let stdout = '';
    child.stdout?.on('data', (text) => (stdout += String(text)));
    const says = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(stdout)) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await says(/until you press Ctrl-C.*npx keyway status\n/s);
    const [, key = '', warehouse = ''] =
      /HUBSPOT_SERVICE_KEY=(\S+)[^]*KEYWAY_WAREHOUSE='(\S+)'/.exec(stdout) ?? [];
    const url = /HUBSPOT_BASE_URL=(\S+)/.exec(stdout)?.[1] ?? '';
    const own = { HUBSPOT_BASE_URL: url, HUBSPOT_SERVICE_KEY: key, KEYWAY_WAREHOUSE: warehouse };
    expect((await keyway(['status'], { env: own })).stdout).toMatch(/^ {2}contacts +live/m);
    const [, page = ''] = /browser:\n\n +(http:\S+)/.exec(stdout) ?? [];
    const looked = await fetch(page);
    expect([looked.status, await looked.text()]).toEqual([200, expect.stringContaining('contacts')]);
    // The worker holds the lease, and syncs by itself.
    expect((await keyway(['sync', 'contacts'], { env: own })).exitCode).toBe(75);
    const status: unknown = await (await fetch(`${page}api/status`)).json();
    expect(status).toMatchObject({
      worker: { state: expect.stringMatching(/^(waiting|syncing)$/) as string },
    });

    const second = await keyway(['demo'], { cwd, env });
    expect([second.exitCode, second.stderr]).toEqual([
      1,
      expect.stringContaining('Another process uses') as string,
    ]);

    child.kill('SIGTERM');
    const { exitCode, stderr } = await exit;
    expect([exitCode, stderr]).toEqual([143, expect.stringContaining('The demo is over') as string]);
    await expectNothingLeft(cwd, stdout, 3);
  });

  it('stops cleanly in the middle', async () => {
    const cwd = usersFolder();
    const child = start(['demo'], { cwd, env });
    const exit = finished(child);
    const stdout = await said(child.stdout, /First sync/);
    child.kill('SIGINT');
    expect((await exit).exitCode).toBe(130);
    await expectNothingLeft(cwd, stdout);
  });
});
