import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Embedded, openEmbedded, removeEmbedded, type RunningServer } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { temporaryFolder } from '../support/own-server.ts';

function open(directory: string): Embedded {
  const embedded = openEmbedded({
    directory,
    log: silentLog,
    clock: systemClock,
    settings: { fsync: 'off' },
  });
  onTestFinished(() => embedded.stop());
  return embedded;
}

async function ask(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
}

interface Member {
  readonly child: ChildProcess;
  readonly server: RunningServer;
  /** Leaves in order. */
  leave(): Promise<void>;
  kill(): Promise<void>;
}

/** Another process that uses the server. */
async function member(directory: string, user: { uid?: number; gid?: number } = {}): Promise<Member> {
  const program = path.join(import.meta.dirname, 'member.ts');
  const child = spawn(process.execPath, [program, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...user,
  });
  const exit = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, 'line'), exit])) as readonly unknown[];
  if (typeof line !== 'string') throw new Error('The other process ended before its server was up');
  return {
    child,
    server: JSON.parse(line) as RunningServer,
    async leave() {
      child.stdin.end();
      await exit;
    },
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Whether somebody answers there. */
function isUp({ url }: { readonly url: string }): Promise<boolean> {
  return ask(url, 'select 1').then(
    () => true,
    () => false,
  );
}

describe('the embedded server', () => {
  it('keeps data, port and password from one start to the next', async () => {
    const embedded = open(await temporaryFolder());
    const first = await embedded.start();
    expect(first.joined).toBe(false);
    await ask(first.url, `create table kept as select 'ü' as value`);
    await embedded.stop();
    expect(await isUp(first)).toBe(false);
    const second = await embedded.start();
    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'select value from kept')).toEqual([{ value: 'ü' }]);
  });

  it('may be started and stopped twice, and stopped before it started', async () => {
    const embedded = open(await temporaryFolder());
    await embedded.stop();
    const both = await Promise.all([embedded.start(), embedded.start()]);
    expect(both[0]).toEqual(both[1]);
    await embedded.stop();
    await embedded.stop();
    expect(await isUp(both[0])).toBe(false);
  });

  it('is a UTF-8 database that listens on this machine only and asks for its password', async () => {
    const { url } = await open(await temporaryFolder()).start();
    expect(await ask(url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await ask(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    expect(await ask(url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }]);
    expect(await ask(url, `select upper('ü') as letter`)).toEqual([{ letter: 'Ü' }]);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(ask(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps its password to its owner, and its environment without our secrets', async () => {
    const directory = await temporaryFolder();
    process.env['KEYWAY_TEST_SECRET'] = 'a secret of ours';
    onTestFinished(() => void delete process.env['KEYWAY_TEST_SECRET']);
    const { pid } = await open(directory).start();
    expect((await stat(path.join(directory, 'server.json'))).mode & 0o077).toBe(0);
    expect((await stat(path.join(directory, 'data'))).mode & 0o077).toBe(0);
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => 'PATH');
    expect(environment).toContain('PATH');
    expect(environment).not.toContain('a secret of ours');
  });

  it('works in a folder with spaces, quotes and a long name', async () => {
    const folder = path.join(await temporaryFolder(), `it's a "long" näme ${'x'.repeat(150)}`);
    const { url } = await open(folder).start();
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('opens again with another password when the old one was lost', async () => {
    const directory = await temporaryFolder();
    const embedded = open(directory);
    const first = await embedded.start();
    await ask(first.url, 'create table kept ()');
    await embedded.stop();
    await rm(path.join(directory, 'server.json'));
    const second = await embedded.start();
    expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
    expect(await ask(second.url, 'select from kept')).toEqual([]);
  });

  it('takes another port when its own is taken', async () => {
    const embedded = open(await temporaryFolder());
    const first = await embedded.start();
    await embedded.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), '127.0.0.1');
    await once(squatter, 'listening');
    onTestFinished(() => void squatter.close());
    const second = await embedded.start();
    expect(new URL(second.url).port).not.toBe(new URL(first.url).port);
    expect(await ask(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is made afresh when making it was interrupted', async () => {
    const directory = await temporaryFolder();
    await mkdir(path.join(directory, 'data.new', 'base'), { recursive: true });
    await writeFile(path.join(directory, 'data.new', 'PG_VERSION'), '18\n');
    const { url } = await open(directory).start();
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('starts though a process died while it wrote its lock', async () => {
    const directory = await temporaryFolder();
    const lock = path.join(directory, 'lock');
    await writeFile(lock, '');
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await utimes(lock, aMinuteAgo, aMinuteAgo);
    const { url } = await open(directory).start();
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses data of another major version, and leaves them alone', async () => {
    const directory = await temporaryFolder();
    await mkdir(path.join(directory, 'data'));
    await writeFile(path.join(directory, 'data', 'PG_VERSION'), '12\n');
    await expect(open(directory).start()).rejects.toMatchObject({ code: 'warehouse_refused' });
    expect(await readFile(path.join(directory, 'data', 'PG_VERSION'), 'utf8')).toBe('12\n');
  });
});

describe('removing it', () => {
  const remove = (directory: string): Promise<void> =>
    removeEmbedded({ directory, log: silentLog, clock: systemClock });

  it('leaves nothing of the data, and is fine with nothing to remove', async () => {
    const directory = await temporaryFolder();
    await remove(directory);
    const embedded = open(directory);
    await ask((await embedded.start()).url, 'create table gone ()');
    await embedded.stop();
    await remove(directory);
    await ask((await embedded.start()).url, 'create table gone ()');
  });

  it('is refused while somebody uses it, and stops what a killed process left running', async () => {
    const directory = await temporaryFolder();
    const other = await member(directory);
    await expect(remove(directory)).rejects.toMatchObject({ code: 'warehouse_unavailable' });
    expect(await isUp(other.server)).toBe(true);
    await other.kill();
    await remove(directory);
    expect(await isUp(other.server)).toBe(false);
  });
});

describe('several processes', () => {
  it('share one server, and the last one to leave stops it', async () => {
    const directory = await temporaryFolder();
    const starter = await member(directory);
    const embedded = open(directory);
    const joined = await embedded.start();
    expect(starter.server.joined).toBe(false);
    expect(joined).toEqual({ ...starter.server, joined: true });
    await starter.leave();
    expect(await ask(joined.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await embedded.stop();
    expect(await isUp(joined)).toBe(false);
  });

  it('that start at the same moment get the same server', async () => {
    const directory = await temporaryFolder();
    const members = await Promise.all([member(directory), member(directory), member(directory)]);
    expect(new Set(members.map(({ server }) => server.url)).size).toBe(1);
    expect(members.filter(({ server }) => !server.joined)).toHaveLength(1);
    for (const one of members) await one.leave();
    expect(await isUp(members[0].server)).toBe(false);
  });

  it('that are killed leave a server that the next one joins, and that stops with it', async () => {
    const directory = await temporaryFolder();
    const starter = await member(directory);
    await ask(starter.server.url, 'create table kept ()');
    await starter.kill();
    expect(await isUp(starter.server)).toBe(true);
    const embedded = open(directory);
    const joined = await embedded.start();
    expect(joined).toEqual({ ...starter.server, joined: true });
    expect(await ask(joined.url, 'select from kept')).toEqual([]);
    await embedded.stop();
    expect(await isUp(joined)).toBe(false);
  });

  it('find the data again after the server was killed too', async () => {
    const directory = await temporaryFolder();
    const starter = await member(directory);
    await ask(starter.server.url, `create table kept as select 1 as one`);
    await starter.kill();
    process.kill(starter.server.pid, 'SIGKILL');
    const { url, joined } = await open(directory).start();
    expect(joined).toBe(false);
    expect(await ask(url, 'select one from kept')).toEqual([{ one: 1 }]);
  });
});

describe.runIf(process.getuid?.() === 0)('as root', () => {
  it('the server runs as somebody else', async () => {
    const { pid, url } = await open(await temporaryFolder()).start();
    expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
    expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('its files go to where it can reach them when the folder is closed to others', async () => {
    const closed = await temporaryFolder();
    await chmod(closed, 0o700);
    const embedded = open(path.join(closed, 'postgres'));
    const { url } = await embedded.start();
    const [row] = (await ask(url, 'show data_directory')) as [{ data_directory: string }];
    expect(row.data_directory).not.toContain(closed);
    onTestFinished(() => rm(path.dirname(row.data_directory), { recursive: true, force: true }));
    await embedded.stop();
    expect((await embedded.start()).url).toBe(url);
  });

  it('another user can use it in a folder of their own', async () => {
    const folder = await temporaryFolder();
    await chown(folder, 65_534, 65_534);
    const other = await member(folder, { uid: 65_534, gid: 65_534 });
    expect((await stat(`/proc/${other.server.pid}`)).uid).toBe(65_534);
    expect(await ask(other.server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await other.leave();
    expect(await isUp(other.server)).toBe(false);
  });
});
