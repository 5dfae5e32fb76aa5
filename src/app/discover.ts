import { KeywayError } from '../errors.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { TreatedProperty } from '../privacy.ts';
import type { Account } from '../source.ts';
import { hasColumn, objectTable } from '../transform/index.ts';
import { accountObjects } from './account-objects.ts';
import type { AppParts } from './app.ts';
import { lookAt, type Look, type Looking } from './check-pipeline.ts';
import { openToLook } from './known-keys.ts';
import { limitsOf } from './open-warehouse.ts';
import { privacyOf } from './privacy-of.ts';
import { selectPipelines } from './select-pipelines.ts';

export interface DiscoverReport {
  readonly account: Account;
  readonly objects: readonly DiscoveredObject[];
}

interface DiscoveredObject {
  /** The pipeline, and its table. */
  readonly table: string;
  readonly label: string;
  /** HubSpot's object type id, where it is known. */
  readonly typeId?: string;
  /** Whether the settings let it sync. */
  readonly isWanted: boolean;
  /** Why the key cannot read it. */
  readonly problem?: string;
  /** Those of HubSpot's that the key may see; none where the object cannot be read. */
  readonly properties: readonly DiscoveredProperty[];
}

interface DiscoveredProperty {
  readonly name: string;
  readonly label: string;
  /** HubSpot's. */
  readonly type: string;
  /** In a table that is made now; absent where its values go to `_extra`, or are left out. */
  readonly column?: string;
  /** Keyway's. */
  readonly columnType?: string;
  /** By the settings, and by what HubSpot calls sensitive. */
  readonly treatment: TreatedProperty['treatment']['kind'];
}

/** The objects of the account, whether or not the settings want them, and the tables that they become. Asks the warehouse nothing, writes nothing. */
export async function discover(parts: AppParts, requested: readonly string[]): Promise<DiscoverReport> {
  const everything = { ...parts, settings: { ...parts.settings, pipelines: undefined } };
  onlyObjects(requested, selectPipelines(everything.settings, requested).pipelines);
  const privacy = privacyOf(parts.settings, selectPipelines(everything.settings, []).objects);
  const limits = await limitsOf(parts);
  const { source, accountOf } = await openToLook(parts, []);
  try {
    const account = await accountOf();
    const asking = { ...everything, source, limits, synced: [], requested };
    const { pipelines } = selectPipelines(everything.settings, requested, await accountObjects(asking));
    const objects = pipelines.filter((pipeline) => pipeline.kind === 'object');
    const looking: Looking = { source, privacy, limits, signal: parts.signal };
    const looks = await Promise.all(objects.map((object) => lookAt(looking, object)));
    return { account, objects: objects.map((object, place) => found(parts, object, looks[place], limits)) };
  } finally {
    await source.close();
  }
}

function found(
  { settings }: AppParts,
  object: ObjectPipeline,
  look: Look | undefined,
  limits: Looking['limits'],
): DiscoveredObject {
  const { name: table, label, typeId } = object;
  const about = {
    table,
    label,
    ...(typeId !== undefined && { typeId }),
    isWanted: settings.pipelines?.includes(table) ?? true,
  };
  if (look?.treated === undefined)
    return { ...about, problem: look?.refusal?.message ?? 'It was not looked at.', properties: [] };
  const { columns, left } = objectTable(object, look.treated.properties, limits);
  const synced = columns.map((column): DiscoveredProperty => ({
    ...told(column.property),
    ...(hasColumn(column) && { column: column.name, columnType: column.type }),
  }));
  const all = [...synced, ...left.map(({ property }) => told(property))];
  return { ...about, properties: all.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

function told({ name, label, type, treatment }: TreatedProperty): DiscoveredProperty {
  return { name, label, type, treatment: treatment.kind };
}

function onlyObjects(
  requested: readonly string[],
  pipelines: readonly { kind: string; name: string }[],
): void {
  const names = new Set(pipelines.filter(({ kind }) => kind === 'object').map(({ name }) => name));
  const other = requested.find((name) => !names.has(name));
  if (other === undefined) return;
  throw new KeywayError(
    'unknown_pipeline',
    `${other} is no object and has no properties of its own. Name one such as contacts, or none to see them all.`,
  );
}
