import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readSettings, type Settings } from '../../config/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { serveStatus, type StatusWindow } from '../../src/app/serve-status.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { emptyFolder } from '../cli/run-keyway.ts';

/** A port that another program listens on. */
async function taken(): Promise<{ readonly port: number; readonly free: () => Promise<void> }> {
  const other: Server = createServer((socket) => socket.destroy());
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const free = async (): Promise<void> => {
    if (other.listening) await once(other.close(), 'close');
  };
  onTestFinished(free);
  return { port: (other.address() as AddressInfo).port, free };
}

const settingsFor = (http: string): Settings =>
  readSettings({
    // Nobody asks the warehouse.
    env: { HUBSPOT_SERVICE_KEY: 'x', KEYWAY_WAREHOUSE: 'postgres://u:p@127.0.0.1:1/x', KEYWAY_HTTP: http },
    cwd: emptyFolder(),
    known: knownNames,
  });

interface Served {
  /** What the log said, with the addresses in it. */
  readonly said: readonly string[];
  /** Reads these settings, and waits until the log has said so many things. */
  readonly renew: (settings: Settings, until: number) => Promise<void>;
}

async function serve(settings: Settings): Promise<Served> {
  const said: string[] = [];
  const log = {
    ...silentLog,
    info: ({ url }: { url?: string }) => void said.push(url ?? ''),
    error: (_facts: object, message: string) => void said.push(message),
  };
  const { signal } = new AbortController();
  const status: StatusWindow = await serveStatus({
    settings,
    log,
    signal,
    command: 'worker',
    clock: systemClock,
  });
  onTestFinished(() => status.close());
  return {
    said,
    async renew(next, until) {
      status.onEvent({ kind: 'renewed', settings: next });
      await expect.poll(() => said.length).toBe(until);
    },
  };
}

const lives = async (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/livez`).then(
    ({ ok }) => ok,
    () => false,
  );

describe('the address of the status page', () => {
  it('is tried again whenever the settings are read, as long as it is another than that where it is', async () => {
    const other = await taken();
    const { said, renew } = await serve(settingsFor('127.0.0.1:0'));
    const there = settingsFor(`127.0.0.1:${other.port}`);
    await renew(there, 3);
    expect(said.slice(1)).toEqual([
      expect.stringMatching(/^http:/),
      'the status page cannot go where the settings say: it stays where it was',
    ]);
    const back = Number(new URL(said[1]!).port);
    expect(await lives(back)).toBe(true);
    await other.free();
    await renew(there, 4);
    expect(said[3]).toBe(`http://127.0.0.1:${other.port}`);
    expect([await lives(other.port), await lives(back)]).toEqual([true, false]);
  });

  it('is nowhere if it cannot go back either: the log says so, and it is tried again', async () => {
    const [other, former] = [await taken(), await taken()];
    await former.free();
    const { port } = former;
    const first = settingsFor(`127.0.0.1:${port}`);
    const { said, renew } = await serve(first);
    // As if another program took the former one in between.
    Object.assign(first.http!, { port: other.port });
    await renew(settingsFor(`127.0.0.1:${other.port}`), 2);
    expect(said.slice(1)).toEqual([
      'the status page cannot go where the settings say, and is nowhere: SIGHUP makes the worker try again',
    ]);
    expect(await lives(port)).toBe(false);
    await renew(settingsFor(`127.0.0.1:${port}`), 3);
    expect(await lives(port)).toBe(true);
  });
});
