import type { Warehouse, Write } from '../../src/warehouse.ts';
import type { Around } from '../support/sync-world.ts';

type Plantings = Required<Around>;

/** The column is there, and only what changes from now on has a value in it. */
export function withoutFill(real: Warehouse): Warehouse {
  return {
    ...real,
    ids: (query) => real.ids(query.state === 'open' ? { ...query, upTo: '0' } : query),
  };
}

/** A column that is there already passes for filled. */
export function trustingColumns(real: Warehouse): Warehouse {
  return {
    ...real,
    async checkpoint(pipeline) {
      const stored = await real.checkpoint(pipeline);
      return pipeline.endsWith('/columns') ? { version: stored.version } : stored;
    },
  };
}

/** A property that comes back under its name passes for the old one. */
export function trustingNames(real: Warehouse): Warehouse {
  return {
    ...real,
    async checkpoint(pipeline) {
      const stored = await real.checkpoint(pipeline);
      if (stored.checkpoint?.kind !== 'columns') return stored;
      const { definedAt: _definedAt, ...checkpoint } = stored.checkpoint;
      return { ...stored, checkpoint };
    },
  };
}

/** What did not fit the old type stays beside what fits the new one. */
export function keepingMisfits(write: Write): readonly Write[] {
  return [write.kind === 'refresh' ? { ...write, misfits: [] } : write];
}

export const withoutArchives: Plantings['source'] = (source) => ({
  ...source,
  archivedProperties: () => Promise.resolve([]),
});

export function keepingOptions(write: Write): readonly Write[] {
  const isOptions = write.kind === 'replace' && write.table.name === 'property_options';
  return [isOptions ? { kind: 'upsert', table: write.table, rows: write.rows } : write];
}
