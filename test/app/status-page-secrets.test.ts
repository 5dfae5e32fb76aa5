import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { serveStatus, type StatusWindow } from '../../src/app/serve-status.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { emptyFolder } from '../cli/run-keyway.ts';
import { searchFor } from '../support/canary/index.ts';
import { withDatabase } from '../support/postgres.ts';
import { type Environment, environment, hurried, withSandbox } from './account.ts';
import { stop, urlOf } from './worker-page.ts';
import { startWorker, yearly } from './worker-process.ts';

/** The page of a worker with these settings, at an address that is free. */
async function served(env: Environment): Promise<{ readonly status: StatusWindow; readonly url: string }> {
  const settings = readSettings({
    env: { ...env, KEYWAY_HTTP: '127.0.0.1:0' },
    cwd: emptyFolder(),
    known: knownNames,
  });
  let url = '';
  const log = { ...silentLog, info: (facts: { url?: string }) => void (url = facts.url ?? url) };
  const { signal } = new AbortController();
  const status = await serveStatus({ settings, log, signal, command: 'worker', clock: systemClock });
  return { status, url };
}

describe('the status page of a worker', { timeout: 120_000 }, () => {
  it('shows no secret, and nothing of any record, at any address', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const token = 'status-page-token-7d1e0c5b92a4';
    const record = 'Zyx-of-a-record-5521';
    for (const id of [...sandbox.world.truth.records('contacts')].slice(0, 5).map((each) => each.id))
      sandbox.world.update('contacts', id, { firstname: record, email: `${record}@example.com` });
    const env = {
      ...environment(sandbox, database),
      ...hurried,
      ...yearly,
      KEYWAY_PIPELINES: 'contacts,owners',
      KEYWAY_HTTP: '127.0.0.1:0',
      KEYWAY_HTTP_TOKEN: token,
    };
    const worker = startWorker(env);
    const url = await urlOf(worker);
    await worker.says(/nothing is due/);
    expect((await database.query(`select from hubspot.contacts where firstname = '${record}'`)).length).toBe(
      5,
    );
    const { password } = new URL(database.url);
    const search = searchFor([sandbox.key, token, password]);
    for (const path of [
      '/',
      '/api/status',
      '/readyz?verbose',
      '/livez',
      '/metrics',
      '/nothing',
      '/style.css',
    ]) {
      const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      const all = JSON.stringify([...answer.headers]) + (await answer.text());
      expect([path, search(all), all.includes(record)]).toEqual([path, [], false]);
    }
    const told = await fetch(`${url}/events`, { headers: { authorization: `Bearer ${token}` } });
    const { value } = (await told.body?.getReader().read()) ?? {};
    expect(search(Buffer.from(value ?? ''))).toEqual([]);
    // What is stored as a reason is shown as text, whoever has put it there.
    const evil = '<img src=x onerror=alert(1)>';
    for (const table of ['runs set error', 'pipeline_runs set reason', 'schema_changes set column_name'])
      await database.query(`update keyway.${table} = '${evil}'`);
    const headers = { authorization: `Bearer ${token}` };
    for (let text = ''; !text.includes('&lt;img src=x');) {
      text = await (await fetch(url, { headers })).text();
      expect(text).not.toContain(evil);
    }
    await stop(worker);
  });

  it('keeps asking for the last token when the file of that is emptied, cut short, deleted or says none', async () => {
    const file = join(emptyFolder(), 'token');
    const [first, second] = ['a-token-of-some-length', 'another-token-of-some-length'];
    writeFileSync(file, first);
    const env = {
      HUBSPOT_SERVICE_KEY: 'x',
      KEYWAY_WAREHOUSE: (await withDatabase()).url,
      KEYWAY_HTTP_TOKEN_FILE: file,
    };
    const { status, url } = await served(env);
    const shownTo = async (...given: readonly (string | undefined)[]): Promise<readonly boolean[]> =>
      Promise.all(
        given.map(async (token) => {
          const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
          const query = token === undefined ? '?token=' : `?token=${token}`;
          const [byHeader, byQuery] = [
            await fetch(`${url}/api/status`, { headers }),
            await fetch(`${url}/api/status${query}`, { redirect: 'manual' }),
          ];
          expect(byQuery.status).toBe(byHeader.status === 200 ? 303 : 401);
          return byHeader.status === 200;
        }),
      );
    const lost = [
      () => writeFileSync(file, ''),
      () => writeFileSync(file, 'short'),
      () => writeFileSync(file, 'none'),
      () => rmSync(file),
    ];
    for (const lose of lost) {
      lose();
      expect(await shownTo(undefined, '', 'short', 'none', first)).toEqual([
        false,
        false,
        false,
        false,
        true,
      ]);
    }
    writeFileSync(file, second);
    expect(await shownTo(undefined, first, second)).toEqual([false, false, true]);
    await status.close();
  });

  it('repeats no secret of what went wrong', async () => {
    const database = await withDatabase();
    const key = ['pat-eu1', '7d1e0c5b', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-');
    const env = { HUBSPOT_SERVICE_KEY: key, KEYWAY_WAREHOUSE: database.url };
    const { status, url } = await served(env);
    const reason = `no: ${key}, at ${database.url}`;
    status.onEvent({ kind: 'trouble', code: 'internal', reason, until: 0 });
    const told = await fetch(`${url}/events`);
    const { value } = (await told.body?.getReader().read()) ?? {};
    const pages = await Promise.all(
      ['/', '/api/status'].map(async (path) => (await fetch(url + path)).text()),
    );
    for (const text of [...pages, Buffer.from(value ?? '').toString()]) {
      expect(text).toContain('no: [secret], at [secret]');
      expect(searchFor([key, new URL(database.url).password])(text)).toEqual([]);
    }
    await status.close();
  });
});
