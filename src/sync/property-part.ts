import type { Dictionaries, ObjectPipeline } from '../pipeline.ts';
import type { TreatedProperty } from '../privacy.ts';
import type { Instant } from '../source.ts';
import type { Table } from '../table.ts';
import { objectTable } from '../transform/index.ts';
import type { Scope } from '../scope.ts';
import type { SyncContext } from './context.ts';
import { propertyItems } from './property-items.ts';
import { tableLayout } from './table-layout.ts';
import { treatedProperties } from './treated-properties.ts';

export interface PropertyPart {
  readonly items: readonly Dictionaries['properties'][];
  readonly objectType: string;
  /** The rows that the items replace. */
  readonly scope: (table: Table) => Scope;
}

/**
 * The definitions of an object's properties. Those in HubSpot's archive are asked for where it matters: a property that the
 * dictionary knows has vanished, the object is new to it, or it is time to see what has been deleted from there.
 */
export async function propertyPart(
  context: SyncContext,
  object: ObjectPipeline,
  archiveIsDue: boolean,
): Promise<PropertyPart> {
  const { source, signal } = context;
  const known = await knownNames(context, object);
  const asking = { ...context, privacy: context.settings.privacy };
  const { properties: living } = await treatedProperties(asking, object);
  const vanished = known.filter((name) => !living.some((each) => each.name === name));
  const asks = archiveIsDue || known.length === 0 || vanished.length > 0;
  if (!asks) return partOf(context, object, { living });
  const archives = await source.archivedProperties(object.object, signal);
  const { properties: archived } = await treatedProperties(asking, object, archives);
  const isLost = vanished.some((name) => !archived.some((each) => each.name === name));
  // One that was restored between the two questions is in neither answer.
  const again = isLost ? await treatedProperties(asking, object) : { properties: living };
  return partOf(context, object, { living: again.properties, archived });
}

/** Whether the archives are due, and when they were last read; kept in the dictionary's checkpoint. */
export async function archiveState(
  { warehouse, source, settings }: SyncContext,
  pipeline: string,
): Promise<{ readonly isDue: boolean; readonly readAt: Instant }> {
  const { checkpoint } = await warehouse.checkpoint(pipeline);
  const last = checkpoint?.kind === 'snapshot' ? checkpoint.archives : undefined;
  const now = source.now();
  const isDue = last === undefined || now - last >= settings.archivedEvery;
  return { isDue, readAt: isDue ? now : last };
}

/** Of properties that live, as far as the dictionary knows. */
async function knownNames({ warehouse }: SyncContext, { name }: ObjectPipeline): Promise<readonly string[]> {
  const within = { object_type: name, archived: 'false' };
  const columns = ['name', '_deleted_at'];
  const rows = await warehouse.cells({ table: 'properties', within, columns });
  return rows.flatMap(([property = '', deletedAt]) => (deletedAt === '' ? [property] : []));
}

interface Definitions {
  readonly living: readonly TreatedProperty[];
  /** Absent where nobody asked: what the dictionary has of them stays. */
  readonly archived?: readonly TreatedProperty[];
}

async function partOf(
  context: SyncContext,
  object: ObjectPipeline,
  { living, archived }: Definitions,
): Promise<PropertyPart> {
  // One that was archived between the two questions is in both answers.
  const away = new Set(archived?.map(({ name }) => name));
  const still = living.filter(({ name }) => !away.has(name));
  const layout = await tableLayout(object, still, context);
  const columnsOf = (properties: readonly TreatedProperty[]): PropertyPart['items'] =>
    propertyItems(object.name, objectTable(object, properties, context.warehouse.limits, layout));
  // What is archived has no say in how the columns of the living are called.
  const all = archived === undefined ? [] : columnsOf([...still, ...archived]);
  const items = [...columnsOf(still), ...all.filter(({ name }) => away.has(name))];
  return { items, objectType: object.name, scope: scopeOf(object.name, items, archived === undefined) };
}

function scopeOf(
  objectType: string,
  items: PropertyPart['items'],
  onlyLiving: boolean,
): PropertyPart['scope'] {
  const within = { object_type: objectType };
  return ({ columns }) => {
    if (!onlyLiving) return { within };
    if (columns.some(({ name }) => name === 'archived')) return { within: { ...within, archived: 'false' } };
    return { within, parents: { column: 'name', ids: items.map(({ name }) => name) } };
  };
}
