import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { harden } from '../../src/cli/harden.ts';
import { asked, withSandbox } from '../app/account.ts';
import { binary, emptyFolder, finished, keyway, said, start } from './run-keyway.ts';

const key = ['pat-eu1-7d1e0c5b', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-');

/** A warehouse that is not there: nothing here is about it. */
const nowhere = { KEYWAY_WAREHOUSE: 'postgres://keyway:not-the-password@127.0.0.1:1/none' };

/** A module that the program loads before its own. */
const planted = (code: string): string => `--import=data:text/javascript,${encodeURIComponent(code)}`;

describe('a key in the command line', () => {
  it.each([
    ['sync', key],
    ['check', `--key=${key}`],
    ['status', '--config', `/run/${key}`],
  ])('ends %s with a sentence that does not repeat it', (...args) => {
    const env = { PATH: process.env['PATH'] };
    const { status, stdout, stderr } = spawnSync(process.execPath, [binary, ...args], {
      env,
      encoding: 'utf8',
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: A Service Key stands in the command line.*Rotate it in HubSpot/);
    expect(stderr).not.toContain('7d1e0c5b');
  });

  it('may be that of the sandbox, which opens nothing', () => {
    expect(harden(['sandbox', '--key', key])).toBeUndefined();
  });
});

describe("Node's debugger", () => {
  it('is not opened by the signal that usually does', async () => {
    const child = start(['sandbox', '--port', '0', '--contacts', '5']);
    const result = finished(child);
    // Whoever leaves off reading a stream closes it, so not the one that is looked at below.
    await said(child.stdout, /HUBSPOT_SERVICE_KEY/);
    child.kill('SIGUSR1');
    await new Promise((resolve) => void setTimeout(resolve, 500));
    child.kill('SIGTERM');
    const { exitCode, stderr } = await result;
    expect(exitCode).toBe(143);
    expect(stderr).not.toMatch(/[Dd]ebugger/);
  });

  it.each([
    'ws://0.0.0.0:9229/x',
    'ws://10.0.0.7:9229/x',
    'ws://[::]:9229/x',
    'ws://127.0.0.1.evil.test:1/x',
  ])('ends everything when it listens to other machines: %s', (address) => {
    expect(harden(['sync'], address)).toMatch(/debugger listens to other machines/);
  });

  it.each(['ws://127.0.0.1:9229/x', 'ws://localhost:9229/x', 'ws://[::1]:9229/x'])(
    'may listen to this machine, as whoever started it asked: %s',
    (address) => {
      expect(harden(['sync'], address)).toBeUndefined();
    },
  );
});

describe('what a crash leaves', () => {
  it('or what Node reports when asked is without the environment', async () => {
    const sandbox = await withSandbox();
    sandbox.faults.add({ kind: 'hang' });
    const cwd = emptyFolder();
    const env = {
      HUBSPOT_SERVICE_KEY: sandbox.key,
      HUBSPOT_BASE_URL: sandbox.url,
      PGPASSWORD: 'of-a-library-not-ours',
      NODE_OPTIONS: '--report-on-signal --report-signal=SIGUSR2 --report-filename=report.json',
    };
    const child = start(['check'], { env, cwd });
    const result = finished(child);
    await asked(sandbox, 1);
    child.kill('SIGUSR2');
    await vi.waitUntil(() => existsSync(join(cwd, 'report.json')) && child.kill(0), { timeout: 10_000 });
    child.kill('SIGTERM');
    expect((await result).exitCode).toBe(143);
    const report = readFileSync(join(cwd, 'report.json'), 'utf8');
    expect(report).toContain('javascriptHeap');
    expect(report).not.toMatch(/HUBSPOT_SERVICE_KEY|of-a-library/);
    expect(report).not.toContain(sandbox.key.slice(8, 24));
  });
});

describe('the environment that a process of Keyway gives to what it starts', () => {
  const show = `process.on('exit', () => {
    const { spawnSync } = process.getBuiltinModule('node:child_process');
    delete process.env.NODE_OPTIONS;
    spawnSync(process.execPath, ['-e', 'console.log("inherited", Object.keys(process.env).join(" "))'], { stdio: 'inherit' });
  })`;

  it('has none of its secrets, and what libraries want', async () => {
    const sandbox = await withSandbox();
    const env = {
      HUBSPOT_SERVICE_KEY: sandbox.key,
      HUBSPOT_SERVICE_KEY_NEXT: key,
      HUBSPOT_BASE_URL: sandbox.url,
      KEYWAY_HASH_KEY: ['7d1e0c5b92a44f38', 'b6e73c0f8a1d5e29'].join(''),
      ...nowhere,
      PGPASSWORD: 'theirs',
      NODE_OPTIONS: planted(show),
    };
    const { stdout } = await keyway(['check'], { env });
    const names = /inherited (.*)/.exec(stdout)?.[1]?.split(' ') ?? [];
    expect(names).toEqual(expect.arrayContaining(['PGPASSWORD', 'HUBSPOT_BASE_URL']));
    expect(names.filter((name) => /KEY|WAREHOUSE/.test(name))).toEqual([]);
  });
});

describe('surroundings in which others could read along', () => {
  it('are told of, with what mends them, where it is a file', async () => {
    const sandbox = await withSandbox();
    const cwd = emptyFolder();
    const file = join(cwd, 'the-key');
    writeFileSync(file, sandbox.key, { mode: 0o644 });
    const env = { HUBSPOT_SERVICE_KEY_FILE: file, HUBSPOT_BASE_URL: sandbox.url };
    const { stderr } = await keyway(['check'], { env: { ...env, ...nowhere }, cwd });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(
      `can read ${file}, which holds a secret. Take that away: chmod 600`,
    );
    chmodSync(file, 0o600);
    expect((await keyway(['check'], { env: { ...env, ...nowhere }, cwd })).stderr).not.toContain('chmod');
  });

  it('end everything before the first request where certificates are not looked at', async () => {
    const sandbox = await withSandbox();
    const env = {
      HUBSPOT_SERVICE_KEY: sandbox.key,
      HUBSPOT_BASE_URL: sandbox.url,
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    };
    const { exitCode, stderr } = await keyway(['sync'], { env });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED=0 would send key and data to whoever answers/);
    expect(sandbox.requests().total).toBe(0);
  });
});

describe('a run that is as chatty as can be', () => {
  it.each(['json', 'pretty'])(
    'shows no secret in its %s log, and Node shows none either',
    async (LOG_FORMAT) => {
      const sandbox = await withSandbox();
      const env = {
        HUBSPOT_SERVICE_KEY: sandbox.key,
        HUBSPOT_BASE_URL: sandbox.url,
        ...nowhere,
        LOG_LEVEL: 'trace',
        LOG_FORMAT,
        NODE_DEBUG: 'http,https,net,tls,stream,undici,fetch',
      };
      const { stderr } = await keyway(['check'], { env });
      expect(stderr).toMatch(/UNDICI|NET/);
      expect(stderr).not.toContain(sandbox.key.slice(8, 24));
    },
  );
});
