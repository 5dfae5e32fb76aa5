import type { HeldElsewhere } from '../warehouse.ts';

/** The tables, besides an object's own, that say something of its records. */
export const heldElsewhere: readonly HeldElsewhere[] = [
  // A merge that was taken back leaves a survivor that is gone, too.
  { table: 'merges', objectColumn: 'object_type', idColumn: 'into_id' },
  { table: 'associations', objectColumn: 'from_type', idColumn: 'from_id' },
  { table: 'associations', objectColumn: 'to_type', idColumn: 'to_id' },
  { table: 'property_history', objectColumn: 'object_type', idColumn: 'object_id' },
  { table: 'list_memberships', objectColumn: 'object_type', idColumn: 'record_id' },
];
