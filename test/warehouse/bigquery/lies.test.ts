import { describe, expect, it } from 'vitest';
import { batch, upsert } from '../laws/world.ts';
import { type Answered, type Bend, between, changed } from './between.ts';
import { attempts, commitTwo, type FaultyWorld, faultyWorld, named, staged } from './faulty-world.ts';

const isCommit = (text: string): boolean => text.includes('keyway-commit');
const isPosted = ({ method, path, sent }: Parameters<Bend>[0]): boolean =>
  method === 'POST' && /\/jobs(?:\?|$)/.test(path) && isCommit(sent.toString());
const isList = ({ path }: { readonly path: string }): boolean => path.includes('/jobs?parentJobId');

async function lying(world: FaultyWorld, bend: Bend): ReturnType<FaultyWorld['open']> {
  return world.open({ endpoint: await between(world.double.url, bend) });
}

interface Body {
  readonly jobs?: readonly Body[];
  readonly statistics?: object;
}

/** The counts are right, or all nothing; a lie is told of. */
const uncounted = { version: 1, inserted: 0, updated: 0, removed: 0, unchanged: 0 };
const warning = expect.stringContaining('the counts of this run are without them') as string;

describe('an answer of BigQuery that cannot be', () => {
  it('of fewer rows loaded than were sent ends the batch, with nothing written', async () => {
    const world = await faultyWorld();
    const warehouse = await lying(world, async (asked, pass) => {
      const answered = await pass();
      return asked.path.startsWith('/upload/') && answered.body !== ''
        ? changed(answered, (job) => ({ ...job, statistics: { load: { outputRows: '1' } } }))
        : answered;
    });
    await expect(commitTwo(warehouse)).rejects.toThrow(/loaded 1 of 2 rows of people and reported no error/);
    expect(await world.state()).toEqual({ version: 0, names: [] });
    expect(await staged(world)).toBe(0);
  });

  it.each<[string, (body: Body) => object]>([
    ['without statements', () => ({})],
    ['of statements without statistics', ({ jobs }) => ({ jobs: jobs?.map(() => ({})) })],
    [
      'of statements without counts',
      ({ jobs }) => ({
        jobs: jobs?.map((job) => ({ ...job, statistics: { ...job.statistics, query: {} } })),
      }),
    ],
  ])('%s makes no counts up, and says so', async (_, bend) => {
    const world = await faultyWorld();
    const warehouse = await lying(world, async (asked, pass) =>
      isList(asked) ? changed(await pass(), bend) : pass(),
    );
    expect(await commitTwo(warehouse)).toEqual(uncounted);
    expect(await world.state()).toEqual({ version: 1, names: ['v1', 'v1'] });
    expect(world.warnings).toEqual([warning]);
  });

  it('of statements that are listed late is asked for again', async () => {
    const world = await faultyWorld();
    let lists = 0;
    const warehouse = await lying(world, async (asked, pass) =>
      isList(asked) && ++lists === 1 ? changed(await pass(), () => ({})) : pass(),
    );
    expect(await commitTwo(warehouse)).toEqual({ ...uncounted, inserted: 2 });
    expect(world.warnings).toEqual([]);
  });

  it('of a commit that never was is not believed', async () => {
    const world = await faultyWorld();
    const done: Answered = { status: 200, headers: {}, body: JSON.stringify({ status: { state: 'DONE' } }) };
    const warehouse = await lying(world, (asked, pass) => (isPosted(asked) ? done : pass()));
    await expect(commitTwo(warehouse)).rejects.toMatchObject({
      code: 'warehouse_refused',
      message: expect.stringMatching(/says that it has committed .* checkpoint is as it was/) as string,
    });
    expect(await world.state()).toEqual({ version: 0, names: [] });
  });

  it('of a commit that failed, but did not, is not believed either', async () => {
    const world = await faultyWorld();
    const warehouse = await lying(world, async (asked, pass) =>
      isPosted(asked)
        ? changed(await pass(), (job) => ({
            ...job,
            status: { state: 'DONE', errorResult: { reason: 'jobInternalError', message: 'Retrying' } },
          }))
        : pass(),
    );
    expect(await commitTwo(warehouse)).toEqual(uncounted);
    expect(await world.state()).toEqual({ version: 1, names: ['v1', 'v1'] });
    expect(world.warnings).toContainEqual(warning);
  });

  it('of some rows of a table is not taken for all', async () => {
    const world = await faultyWorld();
    await commitTwo(await world.open());
    const warehouse = await lying(world, async (asked, pass) =>
      asked.path.includes('/queries/')
        ? changed(await pass(), (page) => ({ ...page, rows: (page['rows'] as unknown[]).slice(1) }))
        : pass(),
    );
    const read = Array.fromAsync(warehouse.ids({ table: 'people', state: 'any', chunk: 10 }));
    await expect(read).rejects.toThrow(/gave 1 rows of an answer that has 2/);
  });
});

describe('a job of BigQuery that does not begin', () => {
  const pending: Bend = async (asked, pass) => {
    const ofCommit = isPosted(asked) || (asked.method === 'GET' && isCommit(asked.path));
    if (!ofCommit) return pass();
    const jobReference = { jobId: 'keyway-commit-x' };
    return { status: 200, headers: {}, body: JSON.stringify({ jobReference, status: { state: 'PENDING' } }) };
  };

  it('is waited for, then left alone, and told of meanwhile', async () => {
    const world = await faultyWorld();
    const failed = commitTwo(await lying(world, pending));
    await expect(failed).rejects.toMatchObject({
      code: 'warehouse_unavailable',
      verdict: 'retry',
      message: expect.stringMatching(/has not begun a job within 30 minutes/) as string,
    });
    const waited = world.waits.reduce((sum, each) => sum + each, 0);
    expect(waited / 60_000).toBeGreaterThan(29);
    expect(waited / 60_000).toBeLessThan(32);
    expect(world.warnings.length).toBeGreaterThan(25);
    expect(await world.state()).toEqual({ version: 0, names: [] });
  });

  it('keeps nobody who has been told to stop', async () => {
    const world = await faultyWorld();
    const endpoint = await between(world.double.url, pending);
    const warehouse = await world.open({ endpoint, stop: AbortSignal.abort() });
    await expect(commitTwo(warehouse)).rejects.toThrow(/was still running when Keyway was stopped/);
    expect(world.waits.reduce((sum, each) => sum + each, 0)).toBeLessThan(30_000);
    expect(await world.state()).toEqual({ version: 0, names: [] });
  });
});

describe('a stop', () => {
  it('ends soon while BigQuery answers nothing but errors, and a short one harms nothing', async () => {
    const world = await faultyWorld();
    const warehouse = await world.open({ stop: AbortSignal.abort() });
    world.double.faults.add({ kind: '503 before', match: 'keyway-commit', times: 2 });
    await commitTwo(warehouse);
    expect(await world.state()).toEqual({ version: 1, names: ['v1', 'v1'] });
    const before = world.waits.length;
    world.double.faults.add({ kind: '503 before' });
    const failed = warehouse.commit(batch([upsert(named('v2', '1'))], 1));
    await expect(failed).rejects.toMatchObject({ code: 'warehouse_unavailable' });
    expect(world.waits.slice(before).reduce((sum, each) => sum + each, 0)).toBeLessThan(15_000);
    world.double.faults.clear();
    expect(attempts(world, 'keyway-commit')).toHaveLength(1);
    expect(await world.state()).toEqual({ version: 1, names: ['v1', 'v1'] });
  });
});
