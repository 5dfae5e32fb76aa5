import { describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/notice.ts';
import type { WarehouseKind } from '../conformance.ts';
import { people, prepare } from './world.ts';

const notice = (id: string, more: Partial<Notice> = {}): Notice => ({
  id,
  kind: 'failure',
  text: `It’s "broken": ${id}`,
  toldAt: 1_767_600_000_123,
  ...more,
});

export function noticeLaws(kind: WarehouseKind): void {
  describe('notices', () => {
    it('are kept as given, the first one first; whatever is not given again is forgotten', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      expect(await warehouse.notices()).toEqual([]);
      const later = notice('failure/contacts', { toldAt: 1_767_600_009_999 });
      await warehouse.keepNotices([later, notice('key/abc', { kind: 'key' })]);
      expect(await (await open()).notices()).toEqual([notice('key/abc', { kind: 'key' }), later]);
      const again = { ...later, text: 'otherwise', toldAt: 5 };
      await warehouse.keepNotices([again, notice('staleness/deals', { kind: 'staleness' })]);
      expect(await warehouse.notices()).toEqual([again, notice('staleness/deals', { kind: 'staleness' })]);
      await warehouse.keepNotices([]);
      expect(await warehouse.notices()).toEqual([]);
    });
  });

  describe('the changes of tables and properties', () => {
    it('are told from the latest on, as many as are asked for, and only those after an instant', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const before = await warehouse.schemaChanges({ limit: 100 });
      expect(before).toContainEqual({
        changedAt: expect.any(Number) as number,
        kind: 'create_table',
        table: people.name,
      });
      const since = before[0]?.changedAt ?? 0;
      expect(await warehouse.schemaChanges({ since, limit: 100 })).toEqual([]);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const { version } = await warehouse.checkpoint('people');
      await warehouse.commit({
        pipeline: 'people',
        runId: 'run',
        writes: [],
        checkpoint: { kind: 'snapshot', takenAt: 1 },
        replaces: version,
        definitionChanges: [
          { kind: 'add_property', table: 'people', column: 'x', property: 'x', detail: { type: 'string' } },
          { kind: 'delete_property', table: 'people', property: 'y' },
        ],
      });
      const told = await warehouse.schemaChanges({ since, limit: 100 });
      const changedAt = told[0]?.changedAt ?? 0;
      expect(changedAt).toBeGreaterThan(since);
      expect(told.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
        { changedAt, kind: 'add_property', table: 'people', column: 'x', property: 'x' },
        { changedAt, kind: 'delete_property', table: 'people', property: 'y' },
      ]);
      expect(await warehouse.schemaChanges({ limit: 1 })).toHaveLength(1);
    });
  });
}
