import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder, finished, startProgram } from './cli/run-keyway.ts';
import { startBigqueryDouble } from './support/bigquery/index.ts';
import {
  keysInFolder,
  remember,
  searchFor,
  secretsInBigquery,
  secretsInDatabase,
  watchProcess,
} from './support/canary/index.ts';
import { withDatabase } from './support/postgres.ts';

// Assembled here, so that no source of this test is itself a leak.
const random = ['7d1e0c5b', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-');
const key = `pat-eu1-${random}`;
const password = 'pä"ss word/with+signs';

describe('a search for secrets', () => {
  const search = searchFor([key, password]);

  it.each([
    ['as it is', `before ${key} after`],
    ['at the very end', key],
    ['any 16 characters of its random part', `… ${random.slice(11, 27)} …`],
    ['its first 16', random.slice(0, 16)],
    ['its last 16', random.slice(-16)],
    ['in base64', Buffer.from(key).toString('base64')],
    ['in base64 within a header', Buffer.from(`x:${key}`).toString('base64')],
    ['in base64 within a line', Buffer.from(`ab${key}\n`).toString('base64')],
    ['in hexadecimal', Buffer.from(key).toString('hex')],
    ['URL-encoded', `https://x/?a=${encodeURIComponent(password)}&b`],
    ['in JSON', JSON.stringify({ password })],
    ['a key that nobody told of', `pat-na1-${random.replaceAll('7', '8').replaceAll('c', 'd')}`],
  ])('finds them %s', (_, text) => {
    expect(search(Buffer.from(text))).not.toEqual([]);
  });

  it('finds nothing in fifteen characters, in the keys of the documentation, or in what is much like it', () => {
    expect(search(random.slice(3, 18))).toEqual([]);
    expect(search('pat-eu1-00000000-0000-0000-0000-000000000000')).toEqual([]);
    expect(search(`${random.slice(0, 8)} ${random.slice(8, 16)} ${random.slice(16, 24)}`)).toEqual([]);
    expect(search(Buffer.alloc(0))).toEqual([]);
  });
});

/** Runs a program that leaks, and tells what was found. */
async function leaking(
  program: string,
  more: { args?: string[]; env?: Record<string, string>; typed?: string[] } = {},
) {
  const cwd = emptyFolder();
  const file = join(cwd, 'leak.mjs');
  writeFileSync(file, program);
  const env = { PATH: process.env['PATH'], HUBSPOT_SERVICE_KEY: key, ...more.env };
  const args = more.args ?? [];
  const child = spawn(process.execPath, [file, ...args], { cwd, env });
  onTestFinished(() => void child.kill('SIGKILL'));
  const found = watchProcess(child, { args, env, cwd, typed: more.typed ?? [] });
  child.stdout.resume();
  child.stderr.resume();
  await once(child, 'close');
  return found();
}

const own = 'process.env.HUBSPOT_SERVICE_KEY';
const start = `import { spawn } from 'node:child_process'; import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';`;
const wait = `'-e', 'setTimeout(() => {}, 400)'`;

describe('a process that shows the key that it was given', () => {
  it.each([
    ['standard output', `console.log(${own})`],
    ['standard error', `console.error(JSON.stringify({ [${own}]: 1 }))`],
    ['standard error', `throw new Error('no ' + ${own}.slice(12, 30))`],
    ['standard output', `process.stdout.write(Buffer.from('Bearer ' + ${own}).toString('base64'))`],
    ['the command line of a process', `${start} spawn(process.execPath, [${wait}, ${own}])`],
    ['the environment of a process', `${start} spawn(process.execPath, [${wait}])`],
    ['the file report.json', `${start} writeFileSync('report.json', 'x'.repeat(1e6) + ${own})`],
    ['its command line', `process.title = ${own}; setTimeout(() => {}, 400)`],
  ])('on %s is found out: %s', async (where, program) => {
    const found = await leaking(program);
    expect(found.join('\n')).toContain(where);
    expect(found.join('\n')).not.toContain(random.slice(0, 8));
  });

  it('in its arguments is found out', async () => {
    expect((await leaking('', { args: ['sync', key] })).join()).toContain('its arguments');
  });

  it('of a file that was rotated while it ran is found out, and the files that hold keys are not', async () => {
    const secrets = emptyFolder();
    const file = join(secrets, 'key');
    writeFileSync(file, 'pat-eu1-of-before-0123456789');
    const next = ['rotated', '0c5b92a4', '4f38b6e7'].join('-');
    const program = `${start} writeFileSync(process.env.HUBSPOT_SERVICE_KEY_NEXT_FILE, '${next}\\n'); PLANTED`;
    const env = { HUBSPOT_SERVICE_KEY_NEXT_FILE: file };
    expect(await leaking(program.replace('PLANTED', ''), { env })).toEqual([]);
    const found = await leaking(program.replace('PLANTED', `console.log('${next}')`), { env });
    expect(found.join()).toMatch(/^standard output/);
  });

  it('that somebody types meanwhile is found out', async () => {
    const typed = ['pat-of', '83f47e6b', '92e5d1a8f0c3'].join('-');
    const program = `console.log(${JSON.stringify(typed)})`;
    expect((await leaking(program, { typed: ['no', `${typed}\r`] })).join()).toMatch(/^standard output/);
    expect(await leaking(program)).toEqual([]);
  });

  it('nowhere is left in peace', async () => {
    const quiet = `${start} console.log('done'); writeFileSync('x', 'y'); spawn(process.execPath, [${wait}], { env: {} })`;
    expect(await leaking(quiet)).toEqual([]);
  });

  it('because that is what its command is for is left in peace', async () => {
    expect(await leaking(`console.log(${own})`, { args: ['sandbox'] })).toEqual([]);
  });
});

describe('a database that holds a secret', () => {
  it.each([
    ['table public.t', `create table t (a int, b jsonb); insert into t values (1, '{"x": "LEAK"}')`],
    ['comments', `create table t (a int); comment on column t.a is 'LEAK'`],
    ['names', `create table t ("LEAK" int)`],
  ])('among its %s is found out', async (where, sql) => {
    const database = await withDatabase();
    remember(key);
    expect(await secretsInDatabase(database.url)).toEqual([]);
    // A part of it: the whole would be found again in the server's files when all tests are over.
    for (const statement of sql.replace('LEAK', random.slice(0, 30)).split('; '))
      await database.query(statement);
    const found = await secretsInDatabase(database.url);
    expect(found.join()).toContain(where);
    expect(found.join()).not.toContain(random.slice(0, 8));
    await database.query('drop table t');
  });
});

describe('the double of BigQuery', () => {
  it('is found out to hold a secret in a request, in a compressed one, and in a table', async () => {
    remember(key);
    const sql = (query: string) =>
      Promise.resolve(
        query.includes('information_schema') ? [{ s: 'hubspot', t: 'contacts' }] : [{ x: key }],
      );
    const sent = [
      { what: 'POST /jobs', bytes: Buffer.from(`{"label": "${random.slice(2, 20)}"}`) },
      {
        what: 'PUT /upload',
        bytes: Buffer.concat([Buffer.from('http://x/'), gzipSync(`{"a": "${key}"}\n`)]),
      },
      { what: 'GET /datasets', bytes: Buffer.from('nothing') },
    ];
    const found = (await secretsInBigquery(sent, sql)).join('\n');
    expect(found).toMatch(/^a request to BigQuery, POST \/jobs, has/m);
    expect(found).toMatch(/^a request to BigQuery, PUT \/upload, has the value$/m);
    expect(found).toMatch(/^BigQuery's table hubspot\.contacts has the value$/m);
    expect(found).not.toContain('GET /datasets');
  });
});

it('the real double of BigQuery cannot be closed with a secret in it', async () => {
  remember(key);
  const double = await startBigqueryDouble();
  await fetch(`${double.url}/bigquery/v2/projects/p/datasets?filter=${key}`);
  await double.sql('create schema hubspot');
  await double.sql(`create table hubspot.contacts as select '${random}' as x`);
  const error: unknown = await double.close().catch((error: unknown) => error);
  expect(String(error)).toMatch(
    /a request to BigQuery, GET \/bigquery\/v2\/projects\/p\/datasets, has the value/,
  );
  expect(String(error)).toMatch(/BigQuery's table hubspot\.contacts has 16 characters of it/);
});

describe('a folder', () => {
  it('in which something looks like a key is found out, wherever in a file it is', async () => {
    const folder = emptyFolder();
    const piece = 4 * 1024 * 1024;
    writeFileSync(join(folder, 'clean'), Buffer.alloc(2 * piece, 'pat-'));
    writeFileSync(join(folder, 'leak'), Buffer.alloc(piece - 20, 'x'));
    expect(await keysInFolder(folder)).toEqual([]);
    appendFileSync(join(folder, 'leak'), key);
    expect(await keysInFolder(folder)).toEqual(['leak']);
  });
});

describe('every process of Keyway that a test starts', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' });
  const tests = files.filter((file) => file.endsWith('.ts') && !/^(bench|live|soak)\//.test(file));

  it('is watched: nothing but the two helpers spawns it', () => {
    const read = (file: string): string => readFileSync(join(import.meta.dirname, file), 'utf8');
    const spawning = tests.filter((file) =>
      /\b(spawn|exec|execFile|fork)\(\s*[\w.]+,\s*\[(binary|program),/.test(read(file)),
    );
    // The embedded server's member is given no secret.
    expect(spawning.toSorted()).toEqual(['cli/run-keyway.ts', 'embedded/embedded.test.ts']);
    const watching = tests.filter((file) => read(file).includes('watchProcess('));
    expect(watching.filter((file) => file.startsWith('cli/')).toSorted()).toEqual([
      'cli/pseudo-terminal.ts',
      'cli/run-keyway.ts',
    ]);
  });

  it.fails('fails its test when it shows a secret, whatever the test is about', async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, 'leak.mjs'), `console.log(${own})`);
    await finished(startProgram(join(cwd, 'leak.mjs'), [], { cwd, env: { HUBSPOT_SERVICE_KEY: key } }));
  });
});
