import type { Pipeline } from '../pipeline.ts';

/** The tables that a pipeline fills, by name. */
export function tablesOf(pipeline: Pipeline): readonly string[] {
  switch (pipeline.kind) {
    case 'object':
      return [pipeline.name];
    case 'associations':
      return [pipeline.links.name, pipeline.types.name];
    case 'lists':
      return [pipeline.lists.name, pipeline.memberships.name];
    case 'history':
      return [pipeline.table.name];
    case 'dictionary':
      return pipeline.tables.map(({ table }) => table.name);
  }
}
