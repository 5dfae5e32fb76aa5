import { describe, expect, it } from 'vitest';
import { noCounts, type PipelineRun, type Run } from '../../../src/run.ts';
import type { RunCalls } from '../../../src/service-key.ts';
import type { WarehouseKind } from '../conformance.ts';
import { prepare } from './world.ts';

const minute = 60_000;
const began = Date.parse('2026-01-05T08:00:00Z');

const run = (n: number): Run => ({
  id: `019a0000-0000-7000-8000-00000000000${n}`,
  command: 'worker',
  version: '1.0.0',
  portalId: '62515',
  keyFingerprint: 'abc',
  startedAt: began + n * minute,
  finishedAt: began + n * minute + 5000,
  outcome: 'complete',
});

const part = (n: number, pipeline: string, more: Partial<PipelineRun> = {}): PipelineRun => ({
  runId: run(n).id,
  pipeline,
  startedAt: began + n * minute,
  finishedAt: began + n * minute + 4000,
  outcome: 'complete',
  counts: noCounts,
  ...more,
});

const calls = (n: number, more: Partial<RunCalls> = {}): RunCalls => ({
  keyFingerprint: 'abc',
  endpoint: 'GET /x',
  status: 200,
  calls: 10,
  firstAt: began + n * minute,
  lastAt: began + n * minute + 3000,
  ...more,
});

export function activityLaws(kind: WarehouseKind): void {
  describe('what runs have done, summed up', () => {
    it('is the counts of their pipelines, of the latest ones first, and when each last changed a row', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      expect([await warehouse.runSummaries(5), await warehouse.lastChanges()]).toEqual([[], new Map()]);
      for (const n of [1, 2, 3]) await warehouse.startRun(run(n));
      const counts = { ...noCounts, read: 7, inserted: 1, updated: 2, removed: 3, unchanged: 1, misfits: 9 };
      await warehouse.savePipelineRun(part(1, 'contacts', { counts }));
      await warehouse.savePipelineRun(part(1, 'deals', { counts: { ...noCounts, removed: 1 } }));
      await warehouse.savePipelineRun(
        part(2, 'contacts', { counts: { ...noCounts, read: 4, unchanged: 4 } }),
      );
      await warehouse.savePipelineRun(part(2, 'deals', { outcome: 'failed', counts }));
      for (const n of [1, 2, 3]) await warehouse.finishRun(run(n), []);
      const nothing = { read: 0, inserted: 0, updated: 0, removed: 0, unchanged: 0 };
      expect(await (await open()).runSummaries(3)).toEqual([
        { ...run(3), counts: nothing, pipelines: 0, failed: 0 },
        {
          ...run(2),
          counts: { read: 11, inserted: 1, updated: 2, removed: 3, unchanged: 5 },
          pipelines: 2,
          failed: 1,
        },
        {
          ...run(1),
          counts: { read: 7, inserted: 1, updated: 2, removed: 4, unchanged: 1 },
          pipelines: 2,
          failed: 0,
        },
      ]);
      expect((await warehouse.runSummaries(1)).map(({ id }) => id)).toEqual([run(3).id]);
      expect(await warehouse.lastChanges()).toEqual(
        new Map([
          ['contacts', began + minute + 4000],
          ['deals', began + 2 * minute + 4000],
        ]),
      );
    });

    it('is their calls to HubSpot, and what was left of the day when it last told', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      for (const n of [1, 2, 3]) await warehouse.startRun(run(n));
      await warehouse.finishRun(run(1), [calls(1)]);
      await warehouse.finishRun(run(2), [calls(2), calls(2, { status: 429, calls: 1, firstAt: began + 1 })]);
      await warehouse.finishRun(run(3), [
        calls(3, { day: { limit: 500, left: 90 } }),
        calls(3, { endpoint: 'GET /y', lastAt: began + 3 * minute + 3500, day: { limit: 500, left: 80 } }),
        calls(3, { endpoint: 'GET /z', lastAt: began + 3 * minute + 4000 }),
      ]);
      const all = [
        { runId: run(2).id, calls: 11, firstAt: began + 1, lastAt: began + 2 * minute + 3000 },
        { runId: run(1).id, calls: 10, firstAt: began + minute, lastAt: began + minute + 3000 },
        {
          runId: run(3).id,
          calls: 30,
          firstAt: began + 3 * minute,
          lastAt: began + 3 * minute + 4000,
          day: { limit: 500, left: 80, at: began + 3 * minute + 3500 },
        },
      ];
      expect(await (await open()).callsSince(began)).toEqual(all);
      expect(await warehouse.callsSince(began + 2 * minute + 3000)).toEqual(all.slice(2));
      expect(await warehouse.callsSince(began + 9 * minute)).toEqual([]);
    });
  });
}
