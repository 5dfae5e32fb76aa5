import type { Checkpoint } from '../../../src/checkpoint.ts';
import type { Row, Table } from '../../../src/table.ts';
import type { Batch, Committed, Warehouse, Write } from '../../../src/warehouse.ts';

/** An object's table with every type of column. */
export const people: Table = {
  name: 'people',
  description: 'People',
  key: ['id'],
  version: '_updated_at',
  columns: [
    { name: 'id', type: 'integer', description: 'Record id' },
    { name: 'name', type: 'text', description: 'Name' },
    { name: 'tags', type: 'text[]', description: 'Tags' },
    { name: 'amount', type: 'number', description: 'Amount' },
    { name: 'member', type: 'boolean', description: 'Member' },
    { name: 'born', type: 'date', description: 'Born' },
    { name: 'seen', type: 'timestamp', description: 'Seen' },
    { name: 'extra', type: 'json', description: 'Extra' },
    { name: '_updated_at', type: 'timestamp', description: 'Version' },
    { name: '_archived', type: 'boolean', description: 'In the recycle bin', required: true },
    { name: '_deleted_at', type: 'timestamp', description: 'Gone' },
    { name: '_merged_into_id', type: 'integer', description: 'Replaced by' },
  ],
};

export interface Person {
  readonly id: string;
  readonly name?: string | null;
  readonly tags?: readonly string[] | null;
  readonly amount?: string | null;
  readonly member?: string | null;
  readonly born?: string | null;
  readonly seen?: string | null;
  readonly extra?: string | null;
  readonly version?: string | null;
  readonly archived?: boolean;
  readonly deletedAt?: string | null;
  readonly mergedIntoId?: string | null;
}

export const monday = '2026-01-05T08:00:00.000Z';
export const tuesday = '2026-01-06T08:00:00.000Z';

export function person(given: Person): Row {
  return [
    given.id,
    given.name ?? null,
    given.tags ?? null,
    given.amount ?? null,
    given.member ?? null,
    given.born ?? null,
    given.seen ?? null,
    given.extra ?? null,
    given.version === undefined ? monday : given.version,
    given.archived === true ? 'true' : 'false',
    given.deletedAt ?? null,
    given.mergedIntoId ?? null,
  ];
}

/** An object's table as a sync makes it: with HubSpot's dates, Keyway's marks and values without a column. */
export const firms: Table = {
  name: 'firms',
  description: 'Firms',
  key: ['id'],
  version: '_updated_at',
  columns: [
    { name: 'id', type: 'integer', description: 'Record id' },
    { name: 'name', type: 'text', description: 'Name' },
    { name: 'tags', type: 'text[]', description: 'Tags' },
    { name: 'score', type: 'number', description: 'Calculated' },
    { name: 'visits', type: 'integer', description: 'Calculated' },
    { name: 'founded', type: 'timestamp', description: 'Property of creation' },
    { name: '_created_at', type: 'timestamp', description: 'Created' },
    { name: '_updated_at', type: 'timestamp', description: 'Version' },
    { name: '_archived', type: 'boolean', description: 'In the recycle bin', required: true },
    { name: '_archived_at', type: 'timestamp', description: 'Since' },
    { name: '_deleted_at', type: 'timestamp', description: 'Gone' },
    { name: '_merged_into_id', type: 'integer', description: 'Replaced by' },
    { name: '_extra', type: 'json', description: 'Values without a column' },
  ],
};

export interface Firm {
  readonly id: string;
  readonly name?: string | null;
  readonly tags?: readonly string[] | null;
  readonly score?: string | null;
  readonly visits?: string | null;
  readonly founded?: string | null;
  readonly version?: string | null;
  /** When it was moved to the recycle bin. */
  readonly archivedAt?: string | null;
  readonly deletedAt?: string | null;
  readonly mergedIntoId?: string | null;
  readonly extra?: string | null;
}

export function firm(given: Firm): Row {
  return [
    given.id,
    given.name ?? null,
    given.tags ?? null,
    given.score ?? null,
    given.visits ?? null,
    given.founded ?? null,
    monday,
    given.version === undefined ? monday : given.version,
    (given.archivedAt ?? null) === null ? 'false' : 'true',
    given.archivedAt ?? null,
    given.deletedAt ?? null,
    given.mergedIntoId ?? null,
    given.extra ?? null,
  ];
}

/** A table of links: a key of several columns, without a version. */
export const links: Table = {
  name: 'links',
  description: 'Links',
  key: ['from_type', 'from_id', 'to_id'],
  columns: [
    { name: 'from_type', type: 'text', description: 'Object' },
    { name: 'from_id', type: 'integer', description: 'From' },
    { name: 'to_id', type: 'integer', description: 'To' },
    { name: 'label', type: 'text', description: 'Label' },
  ],
};

/** A dictionary: vanished rows are closed. */
export const stages: Table = {
  name: 'stages',
  description: 'Stages',
  key: ['id'],
  columns: [
    { name: 'id', type: 'text', description: 'Id' },
    { name: 'label', type: 'text', description: 'Label' },
    { name: '_deleted_at', type: 'timestamp', description: 'Gone' },
  ],
};

export const all = [people, firms, links, stages];

export const mark = (takenAt: number): Checkpoint => ({ kind: 'snapshot', takenAt });

export async function prepare(warehouse: Warehouse, tables: readonly Table[] = all): Promise<Warehouse> {
  await warehouse.migrate();
  await warehouse.apply(await warehouse.differences(tables), tables);
  return warehouse;
}

export function batch(writes: readonly Write[], replaces: number): Batch {
  return { pipeline: 'people', runId: 'run', writes, checkpoint: mark(replaces + 1), replaces };
}

/** Commits on top of what is stored. */
export async function commit(warehouse: Warehouse, ...writes: readonly Write[]): Promise<Committed> {
  return warehouse.commit(batch(writes, (await warehouse.checkpoint('people')).version));
}

export function upsert(rows: readonly Row[], table: Table = people): Write {
  return { kind: 'upsert', table, rows };
}

/** The warehouse's clock once it has left the stamp's millisecond behind. */
export async function laterThan(warehouse: Warehouse, stamp: string): Promise<number> {
  for (let tries = 0; tries < 10_000; tries++) {
    const now = await warehouse.now();
    if (now > Date.parse(stamp)) return now;
  }
  throw new Error('The clock of the warehouse stands still');
}
