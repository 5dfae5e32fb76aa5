import type { Page, Source } from '../../../src/source.ts';
import type { Batch, Committed, Warehouse, Write } from '../../../src/warehouse.ts';
import type { Broken } from './broken.ts';

/** I7. Every row that is handed over is counted, once. */
export function watchCounts(broken: Broken): (warehouse: Warehouse) => Warehouse {
  return (warehouse) => ({
    ...warehouse,
    async commit(batch) {
      const committed = await warehouse.commit(batch);
      const { counted, given, exact } = counts(batch, committed);
      if (counted < given || (exact && counted > given)) {
        broken(`${batch.pipeline}: ${given} rows were given, but ${counted} counted`);
      }
      return committed;
    },
  });
}

function counts({ writes }: Batch, { inserted, updated, removed, unchanged }: Committed) {
  return {
    counted: inserted + updated + removed + unchanged,
    given: writes.reduce((sum, write) => sum + ('rows' in write ? write.rows.length : 0), 0),
    /** Others also remove rows that nobody has handed over. */
    exact: writes.every(({ kind }: Write) => kind === 'upsert' || kind === 'refresh'),
  };
}

/** I7. Every id that is asked for is answered, in one way: found, missing, merged or failed. */
export function watchIds(broken: Broken): (source: Source) => Source {
  return (source) => ({
    ...source,
    async *read(object, properties, scan, signal) {
      const answers = new Map<string, string[]>();
      for await (const page of source.read(object, properties, scan, signal)) {
        for (const [id, answer] of answersOf(page)) answers.set(id, [...(answers.get(id) ?? []), answer]);
        yield page;
      }
      if (scan.kind !== 'ids') return;
      for (const id of new Set(scan.ids)) {
        const got = [...new Set(answers.get(id))];
        if (got.length !== 1)
          broken(`${object.object} ${id}: asked for, and answered with ${got.join(' and ') || 'nothing'}`);
      }
    },
  });
}

function answersOf({ records, missing, merged, failed }: Page): readonly (readonly [string, string])[] {
  return [
    ...records.map(({ id }) => [id, 'found'] as const),
    ...missing.map((id) => [id, 'missing'] as const),
    ...merged.map(({ id }) => [id, 'merged'] as const),
    ...failed.map(({ id }) => [id, 'failed'] as const),
  ];
}
