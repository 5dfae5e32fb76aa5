import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';

import type { Sandbox } from '../../src/sandbox/index.ts';

/** Everything that happens to an account, its keys and the ways to both ends, for as long as it lasts. */
export interface Weather {
  /** The two slots, as files that are mounted. */
  readonly env: Readonly<Record<string, string>>;
  /** How often each thing has happened. */
  readonly happened: ReadonlyMap<string, number>;
  end(): void;
}

interface WeatherParts {
  readonly sandbox: Sandbox;
  readonly client: pg.Client;
  readonly folder: string;
  /** Milliseconds that all of it takes. */
  readonly lasts: number;
}

const second = 1000;
const objects = ['contacts', 'companies', 'deals', 'tickets'];

export function openWeather({ sandbox, client, folder, lasts }: WeatherParts): Weather {
  const happened = new Map<string, number>();
  const count = (what: string): void => void happened.set(what, (happened.get(what) ?? 0) + 1);
  const slots = openSlots(folder, sandbox);
  const timers = [
    every(2 * second, () => {
      sandbox.world.churn({ steps: 3, objects });
      count('churn');
    }),
    every(Math.max(20 * second, lasts / 12), () => {
      slots.rotate();
      count('rotation');
    }),
    every(Math.max(50 * second, lasts / 10), () => {
      outage(sandbox);
      count('outage');
    }),
    every(Math.max(35 * second, lasts / 15), () => {
      count('broken connections');
      void client.query(cutOff);
    }),
  ];
  constantly(sandbox);
  return {
    env: slots.env,
    happened,
    end() {
      timers.forEach(clearInterval);
      sandbox.faults.clear();
    },
  };
}

function every(ms: number, act: () => void): NodeJS.Timeout {
  return setInterval(act, ms);
}

/** What HubSpot answers now and then on any day. */
function constantly({ faults }: Sandbox): void {
  faults.add({ kind: 'burst 429', probability: 0.01 });
  faults.add({ kind: 'search 429', match: '/search', probability: 0.03 });
  faults.add({ kind: 'error 500', probability: 0.01 });
  faults.add({ kind: 'html 502', probability: 0.005 });
  faults.add({ kind: 'reset', probability: 0.01 });
  faults.add({ kind: 'truncated json', probability: 0.003 });
}

/** HubSpot is away for a while, and a request is never answered. */
function outage({ faults }: Sandbox): void {
  const end = faults.add({ kind: 'html 503' });
  setTimeout(end, 20 * second);
  faults.add({ kind: 'hang', times: 1, skip: 40 });
}

const cutOff = `select pg_terminate_backend(pid) from pg_stat_activity
  where application_name = 'keyway' and datname = current_database()`;

function openSlots(folder: string, { world }: Sandbox): { env: Weather['env']; rotate(): void } {
  const files = [join(folder, 'key'), join(folder, 'next-key')] as const;
  let turn = 0;
  put(files[0], world.keys.current);
  return {
    env: { HUBSPOT_SERVICE_KEY_FILE: files[0], HUBSPOT_SERVICE_KEY_NEXT_FILE: files[1] },
    rotate() {
      turn += 1;
      put(files[turn % 2 === 0 ? 0 : 1], world.keys.rotate(turn % 3 === 0 ? 'now' : 'grace'));
    },
  };
}

/** At once, as a secret is swapped. */
function put(file: string, key: string): void {
  writeFileSync(`${file}.new`, `${key}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
