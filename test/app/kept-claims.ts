import pg from 'pg';
import { completeUpTo, type Checkpoint } from '../../src/checkpoint.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { livingVersions, unmet } from '../simulation/invariants/claims.ts';
import type { TestDatabase } from '../support/postgres.ts';
import { postgresTables, type Tables } from '../support/tables.ts';
import type { Environment } from './account.ts';

/**
 * Nothing is read again but what the checkpoints do not claim: a sweep, a list or a comparison of ids would put right what a
 * kill has lost before anybody could see it.
 */
export const trusting: Environment = {
  KEYWAY_SYNC__LIST_UP_TO: '0',
  KEYWAY_SYNC__SWEEP_EVERY: '30d',
  KEYWAY_SYNC__RECONCILE_EVERY: '30d',
};

/** For a last run, which shows what only a sweep can see. */
export const thorough: Environment = {
  KEYWAY_SYNC__SWEEP_EVERY: '0',
  KEYWAY_SYNC__LINKS_EVERY: '0',
  KEYWAY_SYNC__LISTS_EVERY: '0',
};

interface Stored {
  readonly tables: Tables;
  /** As they are stored, by pipeline. */
  readonly checkpoints: ReadonlyMap<string, Checkpoint>;
}

interface Kept {
  /** What is claimed, and not so. */
  readonly broken: readonly string[];
  /** What each table of records is complete up to. */
  readonly claims: ReadonlyMap<string, number>;
}

/** Holds what the checkpoints claim against the account; while nobody is at work in either. */
export async function keptClaims({ tables, checkpoints }: Stored, sandbox: Sandbox): Promise<Kept> {
  const broken: string[] = [];
  const claims = new Map<string, number>();
  for (const [pipeline, versions] of livingVersions(sandbox)) {
    const claim = completeUpTo(checkpoints.get(pipeline));
    if (claim === undefined) continue;
    claims.set(pipeline, claim);
    broken.push(...(await unmet({ tables, sandbox }, { pipeline, claim, versions })));
    broken.push(...(await stillOpen({ tables, sandbox }, pipeline, claim)));
  }
  return { broken, claims };
}

/** The same of a database. */
export async function storedClaims({ url }: Pick<TestDatabase, 'url'>, sandbox: Sandbox): Promise<Kept> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("set timezone = 'UTC'");
    const { rows } = await client.query<{ pipeline: string; checkpoint: Checkpoint }>(
      'select pipeline, checkpoint from keyway.checkpoints',
    );
    const checkpoints = new Map(rows.map(({ pipeline, checkpoint }) => [pipeline, checkpoint]));
    return await keptClaims({ tables: postgresTables(client, 'hubspot'), checkpoints }, sandbox);
  } finally {
    await client.end();
  }
}

/** Nobody restores anything meanwhile: so what was archived before is. */
async function stillOpen(
  { tables, sandbox }: { readonly tables: Tables; readonly sandbox: Sandbox },
  pipeline: string,
  claim: number,
): Promise<readonly string[]> {
  const rows = await tables.rows(pipeline);
  const open = rows
    .filter((row) => row['_deleted_at'] === null && row['_archived'] === 'false')
    .map((row) => String(row['id']));
  return open.flatMap((id) => {
    const { archivedAt } = sandbox.world.truth.record(pipeline, id) ?? { archivedAt: null };
    if (archivedAt === null || Date.parse(archivedAt) >= claim) return [];
    return [`${pipeline} ${id}: claimed complete up to ${claim}, but not archived`];
  });
}
