import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Clock } from '../../../src/service.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { testClient } from '../../support/bigquery/client.ts';
import type { FaultRule } from '../../support/bigquery/faults.ts';
import { all, batch, people, upsert } from '../laws/world.ts';
import { attempts, commitTwo, type FaultyWorld, faultyWorld, named, staged } from './faulty-world.ts';

const posted = /POST .*keyway-commit/;

const survived: readonly (readonly [what: string, rule: FaultRule, attempts: number])[] = [
  ['the answer to jobs.insert is lost', { kind: 'lost answer', match: posted }, 1],
  ['the answer to jobs.get is lost', { kind: 'lost answer', match: /GET .*\/jobs\/keyway-commit/ }, 1],
  ['BigQuery answers 503 before the work', { kind: '503 before', match: posted }, 1],
  ['BigQuery answers 503 after the work', { kind: '503 after', match: posted }, 1],
  ['BigQuery answers 503 to jobs.get', { kind: '503 before', match: /GET .*\/jobs\/keyway-commit/ }, 1],
  ['BigQuery answers 429', { kind: '429', match: posted }, 1],
  ['the rate of requests is exceeded', { kind: 'rate limit', match: posted }, 1],
  ...['backendError', 'jobBackendError', 'internalError', 'jobInternalError', 'jobRateLimitExceeded'].map(
    (reason) =>
      [`the job fails by ${reason}`, { kind: 'failed job', match: 'keyway-commit', reason }, 2] as const,
  ),
  ['the transaction is aborted', { kind: 'aborted transaction', match: 'keyway-commit' }, 2],
  ['the list of its statements is lost', { kind: 'lost answer', match: /GET .*\/jobs $/ }, 1],
  ['the answer to the question what became of it is lost', { kind: 'lost answer', match: /GET .*state/ }, 1],
  ['making the staging table is not answered', { kind: 'lost answer', match: /POST .*staging\/tables/ }, 1],
  ['the load fails by backendError', { kind: 'failed job', match: 'keyway-load' }, 1],
];

describe('a commit to BigQuery', () => {
  it.each(survived)('is there once, with its counts, when %s', async (_, rule, expected) => {
    const world = await faultyWorld(2);
    const warehouse = await world.open();
    expect(await commitTwo(warehouse)).toMatchObject({ version: 1, inserted: 2 });
    const before = attempts(world, 'keyway-commit').length;
    const struck = world.double.faults.add({ ...rule, times: 1 });
    expect(await commitTwo(warehouse, 1)).toEqual({
      version: 2,
      inserted: 1,
      updated: 1,
      removed: 0,
      unchanged: 0,
    });
    expect(struck()).toBe(1);
    expect(await world.state()).toEqual({ version: 2, names: ['v2', 'v1', 'v2'] });
    expect(attempts(world, 'keyway-commit').length - before).toBe(expected);
    expect(await staged(world)).toBe(0);
  });

  it('is there though nobody would tell of its job, with a warning that it is missing from the counts', async () => {
    const world = await faultyWorld();
    world.double.faults.add({ kind: '503 after', match: /keyway-commit/ });
    expect(await commitTwo(await world.open())).toEqual({
      version: 1,
      inserted: 0,
      updated: 0,
      removed: 0,
      unchanged: 0,
    });
    expect(await world.state()).toEqual({ version: 1, names: ['v1', 'v1'] });
    expect(world.warnings).toEqual([expect.stringContaining('the counts of this run are without them')]);
  });

  it.each([
    ['quotaExceeded', 1, 'warehouse_refused', /A quota of BigQuery project .* is used up/],
    ['billingNotEnabled', 1, 'warehouse_refused', /Billing is not enabled/],
    ['backendError', 7, 'warehouse_unavailable', /Keyway tries again at the next run/],
  ])('that fails by %s each time is given up after %i tries, and can be made later', async (...given) => {
    const [reason, expected, code, message] = given;
    const world = await faultyWorld();
    const warehouse = await world.open();
    await commitTwo(warehouse);
    const before = attempts(world, 'keyway-commit').length;
    world.double.faults.add({ kind: 'failed job', match: 'keyway-commit', reason });
    const failed = commitTwo(warehouse, 1);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
    expect(attempts(world, 'keyway-commit').length - before).toBe(expected);
    expect(await world.state()).toEqual({ version: 1, names: ['v1', 'v1'] });
    expect(await staged(world)).toBe(0);
    world.double.faults.clear();
    await commitTwo(warehouse, 1);
    expect(await world.state()).toEqual({ version: 2, names: ['v2', 'v1', 'v2'] });
  });

  it('leaves nothing when a row cannot be loaded, and names table and column, not the value', async () => {
    const world = await faultyWorld();
    const [good, bad] = named('Ada-Lovelace', '1', '2');
    const spoilt = bad!.with(3, 'Secret-Amount');
    const failed = (await world.open()).commit(batch([upsert([good!, spoilt])], 0));
    const error = await failed.then(() => undefined, String);
    expect(error).toMatch(/hubspot\.people.*column amount/);
    expect(error).not.toMatch(/Secret|Ada/);
    expect(await world.state()).toEqual({ version: 0, names: [] });
    expect(await staged(world)).toBe(0);
  });

  it('of several processes to pipelines of their own, all at once, is never lost', async () => {
    const world = await faultyWorld();
    const pipelines = ['a', 'b', 'c', 'd'];
    const commits = pipelines.map(async (pipeline, place) => {
      const rows = named(pipeline, String(place), String(place + 10));
      const { version } = await (await world.open()).commit({ ...batch([upsert(rows)], 0), pipeline });
      return version;
    });
    expect(await Promise.all(commits)).toEqual([1, 1, 1, 1]);
    const { names } = await world.state();
    expect(names).toEqual([...pipelines, ...pipelines]);
    const stored = await (await world.open()).checkpoints();
    expect([...stored.keys()]).toEqual(pipelines);
  });

  it('of two processes to one pipeline inserts a new id once: the fence excludes what two MERGEs do not', async () => {
    const world = await faultyWorld();
    const { query } = testClient(world.double.url, world.double.project);
    const merge = `MERGE INTO \`${world.double.project}.hubspot.people\` AS t USING (SELECT 7 AS id) AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, _archived, _synced_at) VALUES (s.id, FALSE, CURRENT_TIMESTAMP())`;
    const unfenced = `BEGIN TRANSACTION;\n${merge};\nCOMMIT TRANSACTION;`;
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => query(unfenced)));
    expect((await world.state()).names.length).toBeGreaterThan(1);
    await world.double.sql('delete from hubspot.people');
    const tried = await Promise.allSettled(
      [1, 2, 3].map(async (place) => {
        const warehouse = await world.open();
        return warehouse.commit(batch([upsert(named(`from ${place}`, '7'))], 0));
      }),
    );
    const failures = tried.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(failures).toHaveLength(2);
    for (const failure of failures) expect(failure).toMatchObject({ code: 'checkpoint_moved' });
    const { version, names } = await world.state();
    expect([version, names.length]).toEqual([1, 1]);
  });
});

describe('a change of a table', () => {
  it('waits until BigQuery takes one again: also when rows are written meanwhile, and the waits turn out short', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => void vi.restoreAllMocks());
    const world = await faultyWorld();
    const { double } = world;
    const { query } = testClient(double.url, double.project);
    const write = async (): Promise<void> => {
      const sql = `UPDATE \`${double.project}.hubspot.people\` SET name = name WHERE TRUE`;
      for (let i = 0; i < 5; i++) await query(sql);
    };
    let waits = 0;
    const clock: Clock = {
      now: () => 0,
      async sleep(ms) {
        double.clock.advance(ms);
        if (++waits === 3) await write();
      },
    };
    const warehouse = await world.open({ clock });
    const added = { name: 'added', type: 'text', description: 'New' } as const;
    const tables = [{ ...people, columns: [...people.columns, added] }];
    const due = await warehouse.differences(tables);
    await write();
    await warehouse.apply(due, tables);
    expect(await warehouse.differences(tables)).toEqual([]);
    expect(waits).toBeGreaterThan(3);
  });
});

describe('the clock of BigQuery', () => {
  it('shows no instant before all that began earlier is there, whichever process began it', async () => {
    const world = await faultyWorld();
    const [writer, other] = [await world.open(), await world.open()];
    const ids = Array.from({ length: 20_000 }, (_, place) => String(place));
    const writing = { isOver: false };
    const written = writer
      .commit(batch([upsert(named('n', ...ids))], 0))
      .finally(() => (writing.isOver = true));
    const rowsBefore = async (instant: number): Promise<number> => {
      const condition = `epoch_ms(_synced_at) < ${instant}`;
      const [row] = await world.double.sql(
        `select count(*)::int as rows from hubspot.people where ${condition}`,
      );
      return Number(row?.['rows']);
    };
    const looks: (readonly [instant: number, seen: number])[] = [];
    while (!writing.isOver) {
      const instant = await other.now();
      looks.push([instant, await rowsBefore(instant)]);
      // Asked all the time, it would never let the transaction begin.
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
    await written;
    for (const [instant, seen] of looks) expect(await rowsBefore(instant)).toBe(seen);
  });
});

type Step = (warehouse: Warehouse) => Promise<unknown>;
const run = {
  id: 'r',
  command: 'sync',
  version: '1',
  portalId: '1',
  keyFingerprint: 'f',
  startedAt: 5,
} as const;

const interrupted: readonly (readonly [string, Step])[] = [
  ['migrate', (warehouse) => warehouse.migrate()],
  ['apply', async (warehouse) => warehouse.apply(await warehouse.differences(all), all)],
  ['startRun', (warehouse) => warehouse.startRun({ ...run, outcome: 'running' })],
  ['a first commit', (warehouse) => commitTwo(warehouse)],
];

describe('a process that is killed', () => {
  it.each(interrupted)('at whatever step of %s, hinders nobody', async (name, work) => {
    for (let step = 0, isWhole = false; !isWhole; step++) {
      const world = await faultyWorld();
      if (name === 'migrate' || name === 'apply')
        await emptied(world, name === 'apply' ? 'hubspot' : undefined);
      const mend = world.double.faults.cutAfter(step);
      await work(await world.open()).catch(() => undefined);
      isWhole = mend() <= step;
      const next = await world.open();
      for (const [, each] of interrupted.slice(0, 3)) await each(next);
      expect(await next.differences(all)).toEqual([]);
      const { version } = await next.checkpoint('people');
      if (version === 0) await commitTwo(next);
      expect(await world.state()).toEqual({ version: 1, names: ['v1', 'v1'] });
      expect(await next.runs(5)).toEqual([expect.objectContaining({ id: 'r' })]);
      expect(await world.double.sql('select * from hubspot_keyway.checkpoints')).toHaveLength(1);
    }
  });
});

/** As before anything was made: in one dataset, or in all of them but the datasets. */
async function emptied({ double }: FaultyWorld, only?: string): Promise<void> {
  for (const dataset of only === undefined ? ['hubspot', 'hubspot_keyway'] : [only]) {
    const path = `/bigquery/v2/projects/${double.project}/datasets/${dataset}/tables`;
    const tables = await double.sql(
      `select table_name from duckdb_tables() where schema_name = '${dataset}'`,
    );
    for (const { table_name: table } of tables) {
      await fetch(`${double.url}${path}/${String(table)}`, { method: 'DELETE' });
    }
  }
}

describe('a table of BigQuery', () => {
  it('is described though the answer to that is lost', async () => {
    const world = await faultyWorld();
    const warehouse = await world.open();
    const changed = all.map((table) => ({ ...table, description: `${table.name}, told anew` }));
    const struck = world.double.faults.add({ kind: '503 after', match: 'PATCH', times: 1 });
    await warehouse.apply(await warehouse.differences(changed), changed);
    expect(struck()).toBe(1);
    expect(await warehouse.differences(changed)).toEqual([]);
  });

  it('gets columns one after another, however many changes BigQuery takes of it in ten seconds', async () => {
    const world = await faultyWorld();
    const warehouse = await world.open();
    let table = people;
    for (let place = 0; place < 8; place++) {
      const column = { name: `more_${place}`, type: 'text', description: 'More' } as const;
      table = { ...table, columns: [...table.columns, column] };
      await warehouse.apply(await warehouse.differences([table]), [table]);
    }
    expect(await warehouse.differences([table])).toEqual([]);
    expect(world.warnings).toContain('a job of BigQuery failed; trying again');
  });
});
