import { expect, it, onTestFinished } from 'vitest';
import { KeywayError } from '../../../src/errors.ts';
import { noCounts, type PipelineRun, type Reconciliation } from '../../../src/run.ts';
import { memoryEngine } from '../../support/memory-engine.ts';
import { openWorld } from '../../support/sync-world.ts';
import { surprises } from '../endings.ts';
import { watchFindings } from './findings.ts';
import { wrongMarks } from './marks.ts';
import { watchRuns } from './runs.ts';

/** A check that finds nothing proves nothing until it has found something. */
const broken: string[] = [];
const note = (sentence: string): void => void broken.push(sentence);
const said = (): readonly string[] => broken.splice(0);

const run: PipelineRun = {
  runId: 'r',
  pipeline: 'contacts',
  startedAt: 0,
  outcome: 'complete',
  counts: noCounts,
};

async function account() {
  const world = await openWorld(memoryEngine(), { seed: 1, contacts: 5, speed: 0 });
  onTestFinished(() => world.close());
  return world;
}

it('a pipeline that fails at a mistake of Keyway’s own is noticed', async () => {
  const warehouse = await memoryEngine().open();
  const watched = watchRuns({ startedAt: 0, behind: 0 }, note)(warehouse);
  const reason = 'Unexpected: x is not a function';
  await watched.savePipelineRun({ ...run, outcome: 'failed', finishedAt: 1, code: 'internal', reason });
  expect(said()).toEqual([`contacts ended failed: it did not expect this: ${reason}`]);
});

it('a sweep that finds something stale of what was claimed is noticed, but not where no claim can be true', async () => {
  const { sandbox, engine } = await account();
  const found: Reconciliation = {
    runId: 'r',
    pipeline: 'contacts',
    depth: 'ids',
    inHubspot: 5,
    inWarehouse: 5,
    missing: 0,
    stale: 1,
    archived: 0,
    deleted: 0,
    repaired: 1,
    months: [],
    calls: 1,
    verdict: 'repaired',
  };
  const watched = watchFindings(sandbox, note)(await engine.open());
  await watched.saveReconciliation(found);
  expect(said()).toEqual(['contacts: a sweep has found 1 stale rows of records that were claimed']);
  await watched.saveReconciliation({ ...found, stale: 0, missing: 1 });
  await watched.saveReconciliation({ ...found, depth: 'counts' });
  expect(said()).toEqual([]);
});

it('a row that is not where its record is after a run in peace is noticed', async () => {
  const { sandbox, tables } = await account();
  const records = [...sandbox.world.truth.records('contacts')];
  const living = records.filter(({ state }) => state === 'active');
  const wrong = { id: living[0]!.id, _archived: 'true', _deleted_at: null, _merged_into_id: null };
  const rows = (): Promise<readonly Record<string, unknown>[]> => Promise.resolve([wrong]);
  const binned = records.filter(({ state }) => state === 'archived').length;
  const found = await wrongMarks({ sandbox, tables: { ...tables, rows } } as never, [run]);
  expect(found).toHaveLength(1 + binned);
  expect(found[0]).toContain(`${living[0]!.id} is active`);
  expect(await wrongMarks({ sandbox, tables } as never, [{ ...run, outcome: 'partial' }])).toEqual([]);
});

it('a failure without a cause is noticed, and an error that is none of Keyway’s ends the life', () => {
  const failed: PipelineRun = {
    ...run,
    outcome: 'failed',
    code: 'hubspot_unavailable',
    reason: 'It is down.',
  };
  const ending = { status: 'fulfilled', value: [failed] } as const;
  expect(surprises(ending, true)).toEqual([]);
  expect(surprises(ending, false)).toEqual([
    'nothing had happened, but contacts ended failed: hubspot_unavailable It is down.',
  ]);
  expect(surprises({ status: 'fulfilled', value: [{ ...failed, code: 'property_refused' }] }, false)).toEqual(
    [],
  );
  const refused = { status: 'rejected', reason: new KeywayError('key_refused', 'No.') } as const;
  expect(surprises(refused, true)).toEqual([]);
  expect(surprises(refused, false)).toEqual(['nothing had happened, but the sync ended with No.']);
  expect(() => surprises({ status: 'rejected', reason: new TypeError('no') }, true)).toThrow('no');
});
