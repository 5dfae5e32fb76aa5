import type { Clock, Log } from '../service.ts';
import { database, ensureCluster, hasCluster, setPassword, user } from './cluster.ts';
import { installation } from './installation.ts';
import { exclusively, join, leave } from './members.ts';
import { freePort, isFree, type Memory, newMemory, remember, remembered } from './memory.ts';
import { type Place, placeOf } from './place.ts';
import { postmaster, untilReady } from './server-process.ts';
import { startServer } from './start-server.ts';
import { stopServer } from './stop-server.ts';

export interface EmbeddedOptions {
  /** Data, log, password and port live here and survive restarts. */
  readonly directory: string;
  readonly log: Log;
  readonly clock: Clock;
  /** Settings of Postgres beyond Keyway's own, such as `fsync`. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RunningServer {
  /** With the password: for drivers, not for logs. */
  readonly url: string;
  readonly pid: number;
  /** Whether another process had started it. */
  readonly joined: boolean;
}

/** A Postgres of our own on 127.0.0.1. Whoever comes later joins it; the last one to leave stops it. */
export interface Embedded {
  start(): Promise<RunningServer>;
  /** May be called twice, and before `start`. */
  stop(): Promise<void>;
}

export function openEmbedded(options: EmbeddedOptions): Embedded {
  let begun: Promise<Begun> | undefined;
  return {
    async start() {
      begun ??= begin(options);
      try {
        return (await begun).running;
      } catch (error) {
        begun = undefined;
        throw error;
      }
    },
    async stop() {
      const ending = begun;
      begun = undefined;
      const member = await ending?.then(
        (result) => result.member,
        () => undefined,
      );
      if (member !== undefined) await end(options, member);
    },
  };
}

interface Begun {
  readonly running: RunningServer;
  readonly member: string;
}

async function begin(options: EmbeddedOptions): Promise<Begun> {
  const place = await placeOf(options.directory);
  return exclusively(place.directory, options.clock, async () => {
    const member = await join(place.directory);
    try {
      return { running: (await joined(place, options)) ?? (await launched(place, options)), member };
    } catch (error) {
      await leave(place.directory, member);
      throw error;
    }
  });
}

async function end({ directory, clock, log }: EmbeddedOptions, member: string): Promise<void> {
  const place = await placeOf(directory);
  await exclusively(place.directory, clock, async () => {
    if (await leave(place.directory, member)) {
      log.debug({}, 'The embedded Postgres stays up for another process');
      return;
    }
    await stopServer(place, clock, log);
  });
}

async function joined(place: Place, { clock, log }: EmbeddedOptions): Promise<RunningServer | undefined> {
  const memory = await remembered(place.directory);
  if (memory === undefined || (await postmaster(place.data)) === undefined) return undefined;
  // It may be on its way out: killed, but not gone yet.
  const gone = async (): Promise<boolean> => (await postmaster(place.data)) === undefined;
  const found = await untilReady(place.data, clock, gone);
  if (found === undefined) return undefined;
  // A server that was just killed still answers for a moment.
  await clock.sleep(50);
  if (await gone()) return undefined;
  log.debug({ pid: found.pid, port: found.port }, 'Joined the embedded Postgres, which runs already');
  return { url: urlOf({ ...memory, port: found.port }), pid: found.pid, joined: true };
}

async function launched(place: Place, options: EmbeddedOptions): Promise<RunningServer> {
  const programs = await installation(place.account, place.reachable);
  const durable = options.settings?.['fsync'] !== 'off';
  const known = await remembered(place.directory);
  const memory = await withFreePort(known ?? (await newMemory()));
  const cluster = { place, programs, durable, password: memory.password };
  const isLost = known === undefined && (await hasCluster(place));
  await ensureCluster(cluster);
  if (isLost) await setPassword(cluster);
  // Only once it holds: what is remembered is taken for true.
  await remember(place.directory, memory);
  const { pid } = await startServer({ ...options, place, programs, port: memory.port });
  options.log.info(
    { pid, port: memory.port, data: place.data },
    `Started the embedded Postgres ${programs.major}`,
  );
  return { url: urlOf(memory), pid, joined: false };
}

/** The same port as last time unless it is taken. */
async function withFreePort(memory: Memory): Promise<Memory> {
  return (await isFree(memory.port)) ? memory : { ...memory, port: await freePort() };
}

function urlOf({ port, password }: Memory): string {
  return `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;
}
