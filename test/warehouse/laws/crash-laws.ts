import { describe, expect, it } from 'vitest';
import type { Row } from '../../../src/table.ts';
import type { Batch, Warehouse } from '../../../src/warehouse.ts';
import type { Subject, WarehouseKind } from '../conformance.ts';
import { batch, links, mark, people, person, prepare, upsert } from './world.ts';

export function crashLaws(kind: WarehouseKind): void {
  describe('a crash', () => {
    it('at whatever step leaves rows and checkpoint both old or both new, and the batch can be committed again', async () => {
      const subject = await kind.subject();
      const healthy = await prepare(await subject.open());
      await healthy.commit(batch([upsert([person({ id: '1', name: 'v1' })])], 0));
      const outcomes = new Set<string>();
      for (let step = 0; ; step++) {
        const { version } = await healthy.checkpoint('people');
        const next = nextBatch(version);
        const { warehouse, crashed } = await subject.openUntil(step);
        const failed = await warehouse.commit(next).then(
          () => false,
          () => true,
        );
        outcomes.add(await stateOf(subject, healthy, version));
        await warehouse.close();
        if (!crashed()) break;
        if (failed) await repeat(healthy, next);
        expect(await stateOf(subject, healthy, version)).toBe('new');
      }
      expect(outcomes).toEqual(new Set(['old', 'new']));
    });
  });
}

/** Enough rows that the commit takes several exchanges. */
function nextBatch(version: number): Batch {
  return batch(
    [
      upsert(rowsOf(version + 1)),
      { kind: 'replace', table: links, rows: [['deal', '1', String(version + 1), null]] },
      { kind: 'close', table: people, closures: [{ id: '2', deletedAt: '2026-02-01T00:00:00.000Z' }] },
    ],
    version,
  );
}

function rowsOf(version: number): readonly Row[] {
  return ['1', '3'].map((id) => person({ id, name: `v${version}` }));
}

/** What a run does that finds the batch's outcome unknown: reads the checkpoint, and repeats what is missing. */
async function repeat(warehouse: Warehouse, next: Batch): Promise<void> {
  const { version } = await warehouse.checkpoint('people');
  if (version === next.replaces) await warehouse.commit(next);
}

async function stateOf(subject: Subject, healthy: Warehouse, version: number): Promise<string> {
  const stored = await healthy.checkpoint('people');
  const names = new Set((await subject.read(people)).map((row) => row[1]));
  const targets = (await subject.read(links)).map((row) => row[2]);
  if (stored.version === version + 1) {
    expect(stored.checkpoint).toEqual(mark(version + 1));
    expect(names).toEqual(new Set([`v${version + 1}`]));
    expect(targets).toEqual([String(version + 1)]);
    return 'new';
  }
  expect(stored).toEqual({ version, checkpoint: mark(version) });
  expect(names).toEqual(new Set([`v${version}`]));
  expect(targets).toEqual(version === 1 ? [] : [String(version)]);
  return 'old';
}
