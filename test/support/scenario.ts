import type { PipelineRun } from '../../src/run.ts';
import type { SandboxChoice } from '../../src/sandbox/index.ts';
import type { Source } from '../../src/source.ts';
import { openSyncWorld, type SyncOptions, type SyncWorld } from './sync-world.ts';
import { brokenClaims, snapshot } from './claims.ts';

/** What a scenario may be given besides its seed: a planted bug. */
export interface Plant {
  /** Options for every sync of the scenario. */
  readonly options: (world: SyncWorld) => SyncOptions;
  readonly close?: () => Promise<void>;
}

/**
 * One seeded life of an account: a first sync while people work in HubSpot, more work, more syncs, some of them
 * crashing, and one last sync in peace. Gives what is wrong in the end, and every promise that was broken on the way;
 * nothing when all is well.
 */
export async function playScenario(url: string, seed: number, plant?: Plant): Promise<readonly string[]> {
  const random = randomFrom(seed);
  const world = await openSyncWorld(url, accountOf(seed, random));
  try {
    const found: string[] = [];
    const settings = settingsOf(random);
    for (let day = 0; day < 2; day++) {
      found.push(...(await busySync(world, { ...settings, ...plant?.options(world) }, random)));
      if (random() < 0.5) world.sandbox.world.businessDay({ fraction: 0.05 });
      else world.sandbox.world.churn({ steps: 15 });
      // Whole seconds: an edit may then bear the very instant at which a window begins.
      if (random() < 0.5) world.sandbox.clock.advance(Math.floor(random() * 600) * 1000);
    }
    world.sandbox.clock.advance(120_000);
    world.sandbox.faults.clear();
    const last = await world.sync({ ...settings, ...plant?.options(world) });
    found.push(...incomplete(last), ...(await world.differences()));
    return [
      ...found,
      ...world.sandbox.violations().map((violation) => `HubSpot rule broken: ${JSON.stringify(violation)}`),
    ];
  } finally {
    await world.close();
    await plant?.close?.();
  }
}

/** A small account with every kind of trouble, each switched on for some seeds only. */
function accountOf(seed: number, random: () => number): SandboxChoice {
  const flip = (): boolean => random() < 0.5;
  return {
    seed,
    contacts: flip() ? 20 : 130,
    extraProperties: flip() ? 0 : 12,
    nastyRate: flip() ? 0.02 : 0,
    gzip: flip(),
    indexLag: flip() ? { min: 0, max: 0 } : { min: 1000, max: 30_000 },
    reorder: flip() ? 0.2 : 0,
    reorderAcrossPages: flip(),
    associationPageSize: flip() ? 500 : 7,
    unknowns: {
      mergedInBatch: (['resolve', 'missing', 'absent'] as const)[Math.floor(random() * 3)]!,
      restoreMovesWatermark: flip(),
      emptyProperties: flip() ? 'null' : 'omit',
      dropZeroMilliseconds: flip(),
      toObjectId: flip() ? 'number' : 'string',
    },
  };
}

function settingsOf(random: () => number): SyncOptions {
  return {
    lag: 60_000,
    overlap: [0, 60_000, 900_000][Math.floor(random() * 3)]!,
    concurrency: random() < 0.5 ? 1 : 4,
  };
}

/** A sync while the account changes under it and HubSpot has its troubles; now and then the process dies in it. */
async function busySync(
  world: SyncWorld,
  options: SyncOptions,
  random: () => number,
): Promise<readonly string[]> {
  const { sandbox } = world;
  const quiet = random() < 0.3;
  const calm = quiet
    ? undefined
    : sandbox.churnEvery(2 + Math.floor(random() * 6), 1 + Math.floor(random() * 3));
  if (random() < 0.4) {
    for (const kind of ['html 502', 'reset', 'truncated json', 'error 500'] as const) {
      sandbox.faults.add({ kind, probability: 0.02 });
    }
  }
  const before = snapshot(sandbox);
  const crash = random() < 0.3 ? 1 + Math.floor(random() * 12) : undefined;
  const runs = await world.sync({ ...options, around: passTime(world, options.around, random, crash) });
  calm?.();
  sandbox.faults.clear();
  return brokenClaims(world, before, runs);
}

/** Pages take time: the virtual clock moves on while a scan goes over them. A crash ends all at the n-th page. */
function passTime(
  { sandbox }: SyncWorld,
  around: SyncOptions['around'],
  random: () => number,
  crash: number | undefined,
): NonNullable<SyncOptions['around']> {
  const perPage = Math.floor(random() * 300) * 1000;
  let pages = 0;
  return {
    ...around,
    source(hubspot) {
      const source = around?.source?.(hubspot) ?? hubspot;
      return {
        ...source,
        async *read(...question: Parameters<Source['read']>) {
          for await (const page of source.read(...question)) {
            sandbox.clock.advance(perPage);
            if (++pages === crash) throw new Error('planted crash');
            yield page;
          }
        },
      };
    },
  };
}

function incomplete(runs: readonly PipelineRun[]): readonly string[] {
  return runs
    .filter((run) => run.outcome !== 'complete')
    .map((run) => `${run.pipeline} ended ${run.outcome}: ${run.code ?? ''} ${run.reason ?? ''}`);
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
