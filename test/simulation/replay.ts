import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openEmbedded } from '../../src/embedded/index.ts';
import { silentLog, systemClock } from '../../src/service.ts';
import { bigqueryEngine } from '../support/bigquery-engine.ts';
import type { Engine } from '../support/engine.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import { postgresEngine } from '../support/postgres-engine.ts';
import type { Life } from './life.ts';
import { goesInTurn, trySeed } from './seeds.ts';

/**
 * Plays seeded lives of an account and tells what was wrong:
 * `npm run scenario -- <first seed> [<last seed>] [--warehouse memory|postgres|bigquery] [--workers <n>]`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    warehouse: { type: 'string', default: 'memory' },
    workers: { type: 'string' },
    every: { type: 'string' },
  },
});
const [first = 1, last = first] = positionals.map(Number);
const workers = Number(values.workers ?? 1);

process.exitCode = (await (workers > 1 ? conduct() : play())) > 0 ? 1 : 0;

interface Tally {
  readonly played: number;
  readonly failed: number;
}

/** Each worker plays every n-th seed. One that ends without a word has failed, and what it played does not count. */
async function conduct(): Promise<number> {
  const results = Array.from({ length: workers }, (_, i) => {
    const seeds = [String(first + i), String(last), '--every', String(workers)];
    const child = fork(import.meta.filename, [...seeds, '--warehouse', values.warehouse]);
    return new Promise<Tally>((resolve) => {
      let tally: Tally = { played: 1, failed: 1 };
      child.on('message', (message) => (tally = message as Tally));
      child.on('exit', () => resolve(tally));
    });
  });
  const tallies = await Promise.all(results);
  const sum = (of: keyof Tally): number => tallies.reduce((total, tally) => total + tally[of], 0);
  return close({ played: sum('played'), failed: sum('failed') });
}

async function play(): Promise<number> {
  const { engine, stop } = await enginesOf(values.warehouse);
  let [played, failed] = [0, 0];
  try {
    for (let seed = first; seed <= last; seed += Number(values.every ?? 1)) {
      const wrong = await trySeed(seed, engine, values.warehouse);
      played++;
      if (wrong !== undefined) {
        failed++;
        process.stdout.write(`${wrong}\n`);
      }
      if (played % 500 === 0) process.stdout.write(`${played} lives played, seed ${seed}\n`);
    }
  } finally {
    await stop();
  }
  if (process.send === undefined) return close({ played, failed });
  process.send({ played, failed } satisfies Tally);
  return failed;
}

function close({ played, failed }: Tally): number {
  const wanted = last - first + 1;
  const missed = played < wanted ? `; ${wanted - played} of ${wanted} were not played` : '';
  process.stdout.write(
    `${played - failed} of ${played} lives ended in the truth, no promise broken${missed}\n`,
  );
  return failed;
}

interface Engines {
  readonly engine: (life: Life) => Promise<Engine>;
  readonly stop: () => Promise<void>;
}

function enginesOf(warehouse: string): Engines | Promise<Engines> {
  const stop = (): Promise<void> => Promise.resolve();
  switch (warehouse) {
    case 'memory':
      return { engine: (life) => Promise.resolve(memoryEngine(life)), stop };
    case 'bigquery':
      return { engine: (life) => bigqueryEngine({ inTurn: goesInTurn(life) }), stop };
    case 'postgres':
      return onPostgres();
    default:
      throw new Error(`there is no warehouse ${warehouse}: memory, postgres or bigquery`);
  }
}

async function onPostgres(): Promise<Engines> {
  const folder = mkdtempSync(join(tmpdir(), 'keyway-scenario-'));
  const directory = join(folder, 'postgres');
  const settings = { fsync: 'off' };
  const server = openEmbedded({ directory, log: silentLog, clock: systemClock, settings });
  const { url } = await server.start();
  return {
    engine: (life) => postgresEngine(url, { inTurn: goesInTurn(life) }),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
