import { onTestFinished } from 'vitest';
import { openTransport, type Transport } from '../../src/hubspot/transport.ts';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import { silentLog, systemClock, type Log } from '../../src/service.ts';
import { withDatabase } from './postgres.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from './sync-world.ts';

/** A world in which every request and every line of the log is seen. */
export interface WatchedWorld extends SyncWorld {
  /** Every request so far: path, query and body. */
  readonly requests: string[];
  readonly logged: string[];
  /** What a sync is given so that all is seen. */
  readonly watched: Pick<SyncOptions, 'log' | 'means'>;
}

export async function openWatched(choice: SandboxChoice = {}): Promise<WatchedWorld> {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { seed: 5, contacts: 60, speed: 0, ...choice });
  onTestFinished(() => world.close());
  const [requests, logged]: [string[], string[]] = [[], []];
  const note = (...given: readonly unknown[]): void => void logged.push(JSON.stringify(given));
  const log: Log = { ...silentLog, debug: note, info: note, warn: note, error: note, child: () => log };
  const timeouts = { connect: 5000, headers: 5000, body: 5000, total: 20_000 };
  const real = openTransport({ baseUrl: world.sandbox.url, timeouts });
  onTestFinished(() => real.close());
  const transport: Transport = {
    send(outgoing, signal) {
      const { path, search, body = '' } = outgoing;
      requests.push(decodeURIComponent(`${path}${search} ${body}`));
      return real.send(outgoing, signal);
    },
    close: () => Promise.resolve(),
  };
  const clock = { ...systemClock, sleep: () => Promise.resolve() };
  return { ...world, requests, logged, watched: { log, means: { clock, transport } } };
}
