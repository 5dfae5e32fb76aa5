import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from '../service.ts';
import { virtualClock } from './clock.ts';
import type { VirtualClock } from './clock.ts';
import { openFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { openDoor, openExports, openServer, openUsage } from './http/index.ts';
import type { Incoming, Sent } from './http/index.ts';
import { optionsFrom } from './options.ts';
import type { SandboxChoice, SandboxOptions } from './options.ts';
import { openRequestCounter } from './request-log.ts';
import type { RequestLog } from './request-log.ts';
import { openViolations } from './violations.ts';
import type { Violation } from './violations.ts';
import { openState, openWorld } from './world/index.ts';
import type { ChurnOptions, World } from './world/index.ts';

/** A HubSpot account of its own on 127.0.0.1. */
export interface Sandbox extends Service {
  /** Where it listens; known once it has been started. */
  readonly url: string;
  /** The current service key. */
  readonly key: string;
  readonly portalId: number;
  readonly options: SandboxOptions;
  readonly clock: VirtualClock;
  readonly world: World;
  readonly faults: Faults;
  /** Answers as it does over HTTP, at once and without a network: for simulations that must go the same way each time. */
  answer(incoming: Incoming): Sent;
  /** Every rule of HubSpot that a client broke. */
  violations(): readonly Violation[];
  requests(): RequestLog;
  /** Forgets counted requests and violations. */
  clearLogs(): void;
  /** Changes `n` random things before every k-th request is answered; the returned function ends it. */
  churnEvery(requests: number, n: number, options?: Omit<ChurnOptions, 'steps'>): () => void;
}

/** Opens an account. It answers once it has been started. */
export function openSandbox(choice: SandboxChoice = {}): Sandbox {
  const options = optionsFrom(choice);
  const clock = virtualClock(options.startAt, options.speed);
  const state = openState(options, () => clock.now());
  const world = openWorld(state, clock);
  const [faults, violations, requests] = [openFaults(options.seed), openViolations(), openRequestCounter()];
  const churners = new Set<() => void>();
  const door = openDoor({
    state,
    usage: openUsage(options, () => clock.now()),
    exports: openExports(),
    faults,
    violations,
    requests,
    onRequest: () => churners.forEach((churn) => churn()),
  });
  const server = openServer(door, { packs: options.gzip });
  let url = '';
  return {
    get url() {
      if (url === '') throw new Error('the sandbox has no address before it is started');
      return url;
    },
    get key() {
      return state.keys.current;
    },
    portalId: options.portalId,
    options,
    clock,
    world,
    faults,
    answer: door,
    violations: () => violations.all(),
    requests: () => requests.log(),
    clearLogs() {
      violations.clear();
      requests.clear();
    },
    churnEvery(every, steps, churnOptions = {}) {
      const churner = everyNth(every, () => world.churn({ ...churnOptions, steps }));
      churners.add(churner);
      return () => churners.delete(churner);
    },
    start: async () => {
      url = await listen(server, options.port);
    },
    stop: () => close(server),
  };
}

function everyNth(n: number, act: () => void): () => void {
  let seen = 0;
  return () => {
    seen += 1;
    if (seen % n === 0) act();
  };
}

async function listen(server: Server, port: number): Promise<string> {
  if (!server.listening)
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
