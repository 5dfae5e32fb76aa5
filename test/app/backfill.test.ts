import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BackfillReport, DryRunReport, StatusReport } from '../../src/app/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { emptyFolder, finished, keyway, start } from '../cli/run-keyway.ts';
import { withDatabase, type TestDatabase } from '../support/postgres.ts';
import { asked, contents, environment, hurried, withSandbox, wrong, type Environment } from './account.ts';

interface Place {
  readonly sandbox: Sandbox;
  readonly database: TestDatabase;
  readonly env: Environment;
}

/** An account whose copy is up to date. */
async function synced(contacts: number, further: Environment = {}): Promise<Place> {
  const sandbox = await withSandbox({ contacts, indexLag: { min: 0, max: 0 } });
  const database = await withDatabase();
  const env = { ...environment(sandbox, database), ...hurried, ...further };
  expect(await keyway(['sync'], { env })).toMatchObject({ exitCode: 0 });
  return { sandbox, database, env };
}

async function backfill(env: Environment, ...args: readonly string[]): Promise<BackfillReport> {
  const { exitCode, stdout, stderr } = await keyway(['sync', ...args, '--backfill', '--json'], { env });
  expect([exitCode, stderr], stdout).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout) as BackfillReport;
}

async function unfinished(env: Environment): Promise<StatusReport['backfills']> {
  const { stdout } = await keyway(['status', '--json'], { env });
  return (JSON.parse(stdout) as StatusReport).backfills;
}

async function spoil(database: TestDatabase): Promise<void> {
  await database.query("update hubspot.contacts set email = 'spoilt'");
}

async function spoilt(database: TestDatabase): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    "select count(*)::int as count from hubspot.contacts where email = 'spoilt'",
  );
  return row?.count ?? 0;
}

describe('a look ahead at a backfill', () => {
  it('foresees the calls of each shape of it, and writes nothing', { timeout: 240_000 }, async () => {
    const { sandbox, database, env } = await synced(2600);
    const [middle] = await database.query<{ at: Date }>(
      'select percentile_disc(0.3) within group (order by _created_at) as at from hubspot.contacts',
    );
    const rows = await database.query<{ id: string }>(
      'select id::text from hubspot.contacts order by 1 limit 1500',
    );
    const file = join(emptyFolder(), 'ids.txt');
    writeFileSync(file, [...rows.map(({ id }) => id), '7', '8'].join('\n'));
    const since = middle!.at.toISOString();
    for (const args of [
      ['contacts'],
      [],
      ['contacts', '--since', since, '--by', 'created'],
      ['contacts', '--until', '2100-01-01'],
      ['contacts', '--ids', `@${file}`],
      ['contacts', '--properties', 'email,lastname'],
      ['contacts', '--properties', 'email', '--ids', `@${file}`],
    ]) {
      const before = await contents(database);
      const { stdout } = await keyway(['sync', ...args, '--backfill', '--dry-run', '--json'], { env });
      expect(await contents(database)).toEqual(before);
      const plan = JSON.parse(stdout) as DryRunReport;
      sandbox.clearLogs();
      await backfill(env, ...args);
      const actual = sandbox.requests().total;
      expect(plan.calls.total, args.join(' ')).toBeGreaterThan(actual * 0.8);
      expect(plan.calls.total, args.join(' ')).toBeLessThan(actual * 1.2);
      expect(plan.day?.share).toBeGreaterThan(0);
    }
  });

  it('goes at its share of the pace, and says of one that was begun what is left', async () => {
    const { sandbox, env } = await synced(2500, { KEYWAY_PIPELINES: 'contacts' });
    const plan = async (share: string): Promise<DryRunReport> => {
      const its = { ...env, KEYWAY_BACKFILL__SHARE: share };
      const { stdout } = await keyway(['sync', '--backfill', '--dry-run', '--json'], { env: its });
      return JSON.parse(stdout) as DryRunReport;
    };
    const [whole, half] = [await plan('1'), await plan('0.5')];
    expect(half.calls).toEqual(whole.calls);
    expect(half.duration / whole.duration).toBeCloseTo(2, 1);
    sandbox.faults.add({ kind: 'daily 429', match: '/objects/', skip: 16 });
    await keyway(['sync', '--backfill'], { env });
    sandbox.faults.clear();
    expect((await plan('0.5')).calls.total).toBeLessThan(whole.calls.total);
  });
});

describe('a backfill', () => {
  it('is left by Ctrl-C and goes on with the same command; status shows it until then', async () => {
    const { sandbox, database, env } = await synced(3000, { KEYWAY_PIPELINES: 'contacts' });
    await spoil(database);
    const requests = sandbox.requests().total;
    const child = start(['sync', 'contacts', '--backfill'], { env });
    await asked(sandbox, requests + 28);
    child.kill('SIGINT');
    expect(await finished(child)).toMatchObject({ exitCode: 130 });
    const left = await spoilt(database);
    expect(left).toBeGreaterThan(0);
    const [begun] = await unfinished(env);
    expect(begun).toMatchObject({ pipeline: 'contacts', phase: 'records' });
    expect(begun!.read).toBeGreaterThan(500);
    const { stdout } = await keyway(['status'], { env });
    expect(stdout).toMatch(
      /Backfills that are not finished\n +contacts +all records: [\d,]+ of about [\d,]+ read, begun/,
    );
    // Another one of the same pipeline keeps apart.
    await backfill(env, 'contacts', '--ids', '1');
    expect(await unfinished(env)).toHaveLength(1);
    sandbox.clearLogs();
    const report = await backfill(env, 'contacts');
    // No backfill is taken for a sync of the pipeline.
    const syncs = await database.query('select 1 from keyway.pipeline_runs where pipeline = $1', [
      'contacts',
    ]);
    expect(syncs).toHaveLength(1);
    expect(report.backfills).toMatchObject([
      { pipeline: 'contacts', finishedAt: expect.any(Number) as number },
    ]);
    expect(report.pipelines[0]!.counts.read).toBeLessThan(3000);
    expect(await unfinished(env)).toEqual([]);
    expect(await spoilt(database)).toBe(0);
  });

  it('survives kill -9 wherever it strikes', { timeout: 240_000 }, async () => {
    const { sandbox, database, env } = await synced(1500);
    await spoil(database);
    let killed = 0;
    for (let round = 0; round < 12; round++) {
      const requests = sandbox.requests().total;
      const child = start(['sync', 'contacts', '--backfill'], { env, stdio: 'ignore' });
      const over = once(child, 'exit');
      await Promise.race([asked(sandbox, requests + 8 + round * 5), over]);
      await new Promise((resolve) => setTimeout(resolve, (round * 13) % 70));
      child.kill('SIGKILL');
      const [, signal] = (await over) as [number | null, NodeJS.Signals | null];
      if (signal === 'SIGKILL') killed += 1;
      if (round % 4 === 3) sandbox.world.churn({ steps: 3 });
    }
    expect(killed).toBeGreaterThan(6);
    expect((await keyway(['sync', 'contacts', '--backfill'], { env })).exitCode).toBe(0);
    expect(await spoilt(database)).toBe(0);
    sandbox.clock.advance(3_600_000);
    expect((await keyway(['sync'], { env })).exitCode).toBe(0);
    expect(await wrong(database, sandbox)).toEqual([]);
  });

  it('tells which ids there are not, which is no error', async () => {
    const { env } = await synced(40, { KEYWAY_PIPELINES: 'contacts' });
    const args = ['sync', 'contacts', '--backfill', '--ids', '5,7'];
    const { exitCode, stdout } = await keyway(args, { env });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('HubSpot knows no record of 2 of the ids: 5, 7');
  });

  it('of what was never synced is refused with 4, and makes no table', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    const { exitCode, stdout } = await keyway(['sync', 'contacts', '--backfill'], { env });
    expect(exitCode).toBe(4);
    expect(stdout).toMatch(/cannot be backfilled before they are loaded completely/);
    expect(Object.keys(await contents(database)).filter((name) => name.startsWith('hubspot.'))).toEqual([]);
  });
});

describe('what cannot be meant', () => {
  it.each([
    [['contacts', '--backfill', '--since', '2026-02-30'], /--since "2026-02-30" is no date/],
    [['contacts', '--backfill', '--since', 'yesterday'], /--since "yesterday" is no date/],
    [['contacts', '--backfill', '--since', '2026-01-01T10:00'], /an instant with its offset/],
    [['contacts', '--backfill', '--until', '2026-01-01T25:00Z'], /--until .* is no date/],
    [
      ['contacts', '--backfill', '--since', '2026-02-01', '--until', '2026-01-01'],
      /--since has to be before/,
    ],
    [
      ['contacts', '--backfill', '--since', '2026-02-01', '--until', '2026-02-01'],
      /--since has to be before/,
    ],
    [['contacts', '--backfill', '--since', '2026-02-01', '--ids', '1'], /give one or the other/],
    [['contacts', '--backfill', '--by', 'created'], /give one of them/],
    [
      ['contacts', '--backfill', '--since', '2026-02-01', '--by', 'edited'],
      /modified or created, not "edited"/,
    ],
    [['contacts', '--since', '2026-02-01'], /--since is about what --backfill reads/],
    [['contacts', '--backfill', '--full-refresh'], /leave --backfill out/],
    [['contacts', '--backfill', '--ids', '1,x'], /"x" is no record id/],
    [['contacts', '--backfill', '--ids', '9223372036854775808'], /is no record id/],
    [['contacts', '--backfill', '--ids', ','], /--ids names none/],
    [['contacts', '--backfill', '--ids', '@nowhere.txt'], /nowhere\.txt, cannot be read \(ENOENT\)/],
    [['--backfill', '--ids', '1'], /--ids are of one object/],
    [['contacts', 'deals', '--backfill', '--ids', '1'], /--ids are of one object/],
    [['contacts', '--backfill', '--properties', ' , '], /--properties names none/],
    [['contcts', '--backfill'], /Did you mean contacts\?/],
    [['owners', '--backfill'], /owners has no records to backfill: keyway sync owners reads it as a whole/],
    [['associations', '--backfill'], /backfill the objects that its links are of/],
    [['lists', '--backfill', '--dry-run'], /lists has no records to backfill/],
  ])('%j is refused before the first request', async (args, says) => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    const env = { ...environment(sandbox, database), ...hurried };
    const { exitCode, stderr } = await keyway(['sync', ...args], { env });
    expect(stderr).toMatch(says);
    expect(exitCode).toBe(2);
    expect(sandbox.requests().total).toBe(0);
    expect(await contents(database)).toEqual({});
  });

  it('a property that there is not is refused with 2 and the nearest name, before any record is read', async () => {
    const { sandbox, env } = await synced(40, { KEYWAY_PIPELINES: 'contacts' });
    sandbox.clearLogs();
    const args = ['sync', 'contacts', '--backfill', '--properties', 'emial'];
    const { exitCode, stdout } = await keyway(args, { env });
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/no property "emial" of contacts\. Did you\s+mean email\?/);
  });

  it(
    'a file of 100,000 ids is taken, and the line that is wrong is named',
    { timeout: 120_000 },
    async () => {
      const { env } = await synced(40, { KEYWAY_PIPELINES: 'contacts' });
      const file = join(emptyFolder(), 'ids.txt');
      const lines = Array.from({ length: 100_000 }, (_, i) => String(i + 1));
      writeFileSync(file, [...lines, 'oops', ''].join('\n'));
      const wrongLine = await keyway(['sync', 'contacts', '--backfill', '--ids', `@${file}`], { env });
      expect(wrongLine.exitCode).toBe(2);
      expect(wrongLine.stderr).toContain('"oops" in line 100001 of');
      writeFileSync(file, `${lines.join('\r\n')}\r\n`);
      const args = ['sync', 'contacts', '--backfill', '--ids', `@${file}`, '--dry-run', '--json'];
      const { stdout } = await keyway(args, { env });
      const { pipelines } = JSON.parse(stdout) as DryRunReport;
      // Each is looked for among the living, in the bin, and by itself.
      expect(pipelines[0]!.calls.burst).toBeGreaterThan(102_000);
    },
  );
});
