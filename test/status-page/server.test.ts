import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  accessTo,
  openStatusServer,
  type StatusDocument,
  type StatusViews,
  type WorkerState,
} from '../../src/status-page/index.ts';

const at = Date.parse('2026-11-28T22:00:00Z');
const idle: WorkerState = { state: 'waiting', since: at };

const quiet: StatusViews = {
  document: () =>
    Promise.resolve({
      version: 1,
      at,
      keyway: '0.1.0',
      verdict: { state: 'unknown', sentence: 'Nothing is known.' },
      worker: idle,
    }),
  readiness: () => Promise.resolve([{ name: 'warehouse', ok: true, detail: 'answers' }]),
  metrics: () => Promise.resolve('keyway_build_info 1\n'),
  worker: () => idle,
  onWorker: () => () => undefined,
};

interface Choice {
  readonly views?: Partial<StatusViews>;
  /** As if it listened there. */
  readonly host?: string;
  readonly token?: string;
}

async function serve({ views, host = '127.0.0.1', token }: Choice = {}) {
  const access = accessTo(host, token === undefined ? undefined : () => token);
  const server = await openStatusServer({ host: '127.0.0.1', port: 0 }, { ...quiet, ...views }, access);
  onTestFinished(() => server.close());
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, { redirect: 'manual', ...init });
  return { ...server, get };
}

/** `fetch` lets nobody choose a Host. */
async function asHost(url: string, host: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  return (await socket.toArray()).join('');
}

const pages = ['/', '/api/status', '/events', '/metrics', '/nothing-is-here'];
const health = ['/livez', '/healthz', '/readyz'];
const token = 'a-token-of-some-length';

describe('the status page', () => {
  it('says whether the worker lives and can work, and why it cannot', async () => {
    const checks = [
      { name: 'warehouse', ok: false, detail: 'does not answer' },
      { name: 'worker', ok: true, detail: 'waiting' },
    ];
    const { get } = await serve({ views: { readiness: () => Promise.resolve(checks) } });
    for (const path of ['/livez', '/healthz']) {
      const answer = await get(path);
      expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
    }
    const answer = await get('/readyz');
    expect([answer.status, await answer.text()]).toEqual([
      503,
      '[-]warehouse does not answer\n[+]worker waiting\nnot ready\n',
    ]);
    const { get: getReady } = await serve();
    expect(await (await getReady('/readyz')).text()).toBe('ok\n');
    expect(await (await getReady('/readyz?verbose')).text()).toBe('[+]warehouse answers\nok\n');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'changes nothing: %s is refused everywhere',
    async (method) => {
      const { get } = await serve();
      for (const path of [...pages, ...health]) {
        const answer = await get(path, { method });
        expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      }
    },
  );

  it('answers HEAD as GET, without a body', async () => {
    const { get } = await serve();
    for (const path of ['/', '/api/status', '/events', '/metrics', ...health]) {
      const answer = await get(path, { method: 'HEAD' });
      expect([answer.status, await answer.text()]).toEqual([200, '']);
    }
  });

  it('lets browsers run, load and remember nothing but its own, on every answer', async () => {
    const { get } = await serve();
    for (const path of [...pages, ...health, '/style.css', '/live.js', '/icon.svg']) {
      const answer = await get(path, path === '/events' ? { method: 'HEAD' } : {});
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
      expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|https?:|\*/);
      expect(answer.headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('names the setting where its address is in use', async () => {
    const { url } = await serve();
    const port = Number(new URL(url).port);
    await expect(openStatusServer({ host: '127.0.0.1', port }, quiet, accessTo('::1'))).rejects.toMatchObject(
      {
        code: 'config_invalid',
        message: `The address of the status page, 127.0.0.1:${port}, is in use already, by another worker or another program. Set KEYWAY_HTTP to another one, such as 127.0.0.1:${port + 1}, or to off.`,
      },
    );
  });

  it('closes at once, whoever looks on', async () => {
    const server = await serve();
    const answer = await server.get('/events');
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(1000);
    await answer.text().catch(() => undefined);
  });
});

describe('who may see it', () => {
  it('is this machine alone, by its own name, where it listens there without a token', async () => {
    const { url } = await serve();
    for (const own of ['127.0.0.1', 'localhost:8080', '[::1]:8080', 'LOCALHOST'])
      expect(await asHost(url, own)).toMatch(/^HTTP\/1.1 200 /);
    for (const other of ['rebound.example.com', '127.0.0.1.example.com', 'localhost.example.com:8080'])
      expect(await asHost(url, other)).toMatch(/^HTTP\/1.1 403 [^]*KEYWAY_HTTP_TOKEN/);
  });

  it.each(['0.0.0.0', '::', '10.1.2.3', 'status.example.com'])(
    'is nobody where others can ask at %s and there is no token, but for health',
    async (host) => {
      const { get } = await serve({ host });
      for (const path of pages) {
        const answer = await get(path);
        expect([answer.status, await answer.text()]).toEqual([
          403,
          expect.stringMatching(/Set KEYWAY_HTTP_TOKEN/),
        ]);
      }
      for (const path of health) expect((await get(path)).status).toBe(200);
    },
  );

  it('is everybody where somebody has said so', async () => {
    const { url } = await serve({ host: '0.0.0.0', token: 'none' });
    expect(await asHost(url, 'status.example.com')).toMatch(/^HTTP\/1.1 200 /);
  });

  it.each(['127.0.0.1', '0.0.0.0'])('is who shows the token, at %s', async (host) => {
    const { get } = await serve({ host, token });
    for (const path of health) expect((await get(path)).status).toBe(200);
    const wrong = ['', 'Bearer', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token];
    for (const path of pages) {
      for (const authorization of wrong)
        expect((await get(path, { headers: { authorization } })).status).toBe(401);
    }
    expect((await get('/metrics', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    expect((await get('/nothing', { headers: { authorization: `Bearer ${token}` } })).status).toBe(404);
  });

  it.each(['', 'too-short', 'two words of a length'])(
    'is nobody as long as there is no token but %j',
    async (none) => {
      const { get } = await serve({ token: none });
      for (const given of [none, '', 'undefined']) {
        expect((await get('/', { headers: { authorization: `Bearer ${given}` } })).status).toBe(401);
        expect((await get(`/?token=${given}`)).status).toBe(401);
      }
    },
  );

  it('shows the token once in the address: a cookie that is not the token goes on from there', async () => {
    const { get } = await serve({ host: '0.0.0.0', token });
    const answer = await get(`/?token=${token}`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^keyway_pass=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(token);
    const [pass = ''] = cookie.split(';');
    expect((await get('/', { headers: { cookie: pass } })).status).toBe(200);
    expect((await get('/', { headers: { cookie: `${pass}x` } })).status).toBe(401);
    expect((await get('/', { headers: { cookie: `keyway_pass=${token}` } })).status).toBe(401);
    expect(
      (await get('/', { headers: { authorization: pass.replace('keyway_pass=', 'Bearer ') } })).status,
    ).toBe(401);
    const tls = await get(`/?token=${token}`, { headers: { 'x-forwarded-proto': 'https' } });
    expect(tls.headers.get('set-cookie')).toMatch(/; Secure/);
  });

  it('is asked for the token by a page, where a browser asks', async () => {
    const { get } = await serve({ host: '0.0.0.0', token });
    const answer = await get('/?token=not-this-one-at-all', { headers: { accept: 'text/html' } });
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Keyway"']);
    expect(await answer.text()).toMatch(
      /This is not the token\.[^]*<input id="token" name="token" type="password"/,
    );
  });
});

describe('who holds it up', () => {
  it('is cut off: a request that never ends, and one that is too long', async () => {
    const { url, get } = await serve();
    const slow = connect(Number(new URL(url).port), '127.0.0.1');
    slow.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    const closed = once(slow, 'close');
    slow.on('error', () => undefined).resume();
    expect((await get(`/?q=${'x'.repeat(10_000)}`)).status).toBe(431);
    await closed;
  }, 20_000);

  it('has twenty windows at most, and health is answered all the same', async () => {
    const { get } = await serve();
    const windows = await Promise.all(Array.from({ length: 20 }, () => get('/events')));
    expect(windows.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect((await get('/events')).status).toBe(503);
    expect((await get('/livez')).status).toBe(200);
    for (const each of windows) await each.body?.cancel();
    // At once, not when they would next have been told something.
    const since = performance.now();
    while ((await get('/events', { method: 'HEAD' })).status !== 200);
    expect(performance.now() - since).toBeLessThan(5000);
  });

  it('has pages made for them a few times a second, and anew when a run has ended', async () => {
    let [made, state] = [0, idle];
    const document = async (): Promise<StatusDocument> => {
      made += 1;
      return { ...(await quiet.document()), worker: state };
    };
    const { get } = await serve({ views: { document, worker: () => state } });
    const flood = async (): Promise<void> => {
      for (let n = 0; n < 200; n += 1) await (await get(n % 2 === 0 ? '/' : '/api/status')).text();
    };
    const began = performance.now();
    await Promise.all([flood(), flood(), flood(), flood()]);
    expect(made).toBeLessThanOrEqual(1 + (performance.now() - began) / 500);
    state = { ...idle, lastRun: 'another' };
    expect(await (await get('/api/status')).json()).toMatchObject({ worker: { lastRun: 'another' } });
  });
});
