import { describe, expect, it, test } from 'vitest';
import { post, type Posted } from '../../src/notify/index.ts';
import type { Clock } from '../../src/service.ts';
import { freePort } from '../support/free-port.ts';
import { withReceiver } from './receiver.ts';

/** A clock that waits for nothing, and remembers for how long it was to. */
function hastyClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return { waits, now: () => 0, sleep: (ms) => Promise.resolve(void waits.push(ms)) };
}

const never = new AbortController().signal;

function send(url: string, { clock = hastyClock(), timeout = 5000 } = {}): Promise<Posted> {
  return post({ url: () => url, clock, signal: never, timeout }, 'hello');
}

describe('a webhook', () => {
  it('gets JSON with a text, as Slack wants it, once', async () => {
    const receiver = await withReceiver();
    expect(await send(receiver.url)).toEqual({ ok: true });
    expect(receiver.requests).toEqual([
      { method: 'POST', body: { text: 'hello' }, type: 'application/json' },
    ]);
  });

  test.each([301, 302, 303, 307, 308])('that redirects by %i is not followed', async (status) => {
    const [receiver, trap] = [await withReceiver(), await withReceiver()];
    receiver.answer = (response) => void response.writeHead(status, { location: trap.url }).end();
    const posted = await send(receiver.url);
    expect(posted).toEqual({
      ok: false,
      reason: expect.stringMatching(`HTTP ${status}; it leads elsewhere`) as string,
    });
    expect([receiver.requests.length, trap.requests.length]).toEqual([1, 0]);
  });

  test.each([
    [400, 1],
    [403, 1],
    [404, 1],
    [410, 1],
    [429, 3],
    [500, 3],
    [503, 3],
  ])('that answers %i is asked %i times', async (status, times) => {
    const receiver = await withReceiver();
    receiver.answer = (response) => void response.writeHead(status).end('no_service');
    const clock = hastyClock();
    expect(await send(receiver.url, { clock })).toMatchObject({ ok: false });
    expect(receiver.requests).toHaveLength(times);
    expect(clock.waits).toEqual(times === 3 ? [1000, 5000] : []);
  });

  it('that is there again after a moment has the message', async () => {
    const receiver = await withReceiver();
    receiver.answer = (response) =>
      void response.writeHead(receiver.requests.length === 1 ? 503 : 200, { 'retry-after': '7' }).end();
    const clock = hastyClock();
    expect(await send(receiver.url, { clock })).toEqual({ ok: true });
    expect([receiver.requests.length, clock.waits]).toEqual([2, [7000]]);
  });

  it('that wants to be left alone for long is waited for no longer than a moment', async () => {
    const receiver = await withReceiver();
    receiver.answer = (response) => void response.writeHead(429, { 'retry-after': '86400' }).end();
    const clock = hastyClock();
    await send(receiver.url, { clock });
    expect(clock.waits).toEqual([15_000, 15_000]);
  });

  it('that never answers, answers without end, or is not there, holds nobody up', async () => {
    const silent = await withReceiver();
    silent.answer = () => undefined;
    expect(await send(silent.url, { timeout: 50 })).toEqual({
      ok: false,
      reason: 'it did not answer in time',
    });
    const endless = await withReceiver();
    endless.answer = (response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write('x'.repeat(100_000)), 1);
      response.on('close', () => clearInterval(more));
    };
    expect(await send(endless.url)).toEqual({ ok: true });
    const nowhere = `http://127.0.0.1:${await freePort()}/services/secret`;
    expect(await send(nowhere)).toEqual({ ok: false, reason: 'it cannot be reached (ECONNREFUSED)' });
  });

  it('that does not answer is given up soon when all is to end', async () => {
    const receiver = await withReceiver();
    receiver.answer = () => undefined;
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 20);
    const began = performance.now();
    const parts = { url: () => receiver.url, clock: hastyClock(), signal: stop.signal, timeout: 60_000 };
    expect(await post(parts, 'hello')).toEqual({ ok: false, reason: 'it did not answer in time' });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(receiver.requests).toHaveLength(1);
  });

  it('is in no reason, whatever is wrong with it', async () => {
    for (const url of [
      'http://127.0.0.1:1/s3cret-path',
      'http://no-such-host.invalid/s3cret-path',
      'nonsense s3cret-path',
    ]) {
      const posted = await send(url);
      expect(posted.ok).toBe(false);
      expect(JSON.stringify(posted)).not.toMatch(/s3cret|invalid|127/);
    }
  });
});
