import { associations } from '../../pipelines/associations.ts';
import { pipelines } from '../../pipelines/index.ts';
import type { Table } from '../../src/table.ts';
import type { Tables } from './tables.ts';

type Keyed = Pick<Table, 'name' | 'key'>;

/** No table has two rows of one key, closed rows included: not every warehouse has keys. */
export async function compareKeys(tables: Tables, objects: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { name, key } of [...keyed, ...objects.map((object) => ({ name: object, key: ['id'] }))]) {
    const rows = await tables.rows(name);
    const keys = new Set(rows.map((row) => JSON.stringify(key.map((column) => row[column]))));
    if (keys.size < rows.length)
      found.push(`${name}: ${rows.length - keys.size} rows too many for their keys`);
  }
  return found;
}

const { links, types } = associations([]);

/** All that are not an object's. */
const keyed: readonly Keyed[] = [
  { name: 'merges', key: ['object_type', 'merged_id'] },
  links,
  types,
  ...pipelines.flatMap((pipeline): readonly Keyed[] => {
    switch (pipeline.kind) {
      case 'dictionary':
        return pipeline.tables.map(({ table }) => table);
      case 'lists':
        return [pipeline.lists, pipeline.memberships];
      case 'history':
        return [pipeline.table];
      default:
        return [];
    }
  }),
];
