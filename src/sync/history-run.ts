import type { Checkpoint } from '../checkpoint.ts';
import { trackedProperties, type HistoryPipeline, type ObjectPipeline } from '../pipeline.ts';
import type { TreatedProperty } from '../privacy.ts';
import type { Instant } from '../source.ts';
import { datedObject, objectTable, tellingColumns } from '../transform/index.ts';
import type { IdQuery } from '../warehouse.ts';
import { makeBatcher, type Batcher } from './batcher.ts';
import type { SyncContext } from './context.ts';
import { assertNotRefused, treatedProperties } from './treated-properties.ts';
import type { Withholding } from './withholding.ts';
import { unreadRecords, type UnreadRecords } from './unread.ts';

export interface HistorySync {
  readonly pipeline: HistoryPipeline;
  readonly context: SyncContext;
  readonly object: ObjectPipeline;
  /** What can be claimed in the end: what the object's rows are complete up to. */
  readonly startedAt: Instant;
}

/** What the steps of one object's history share. */
export interface HistoryRun extends HistorySync {
  /** All that HubSpot has, each with what is to become of it. */
  readonly properties: readonly TreatedProperty[];
  /** Those that are asked for: of the wanted ones, those that may be read. */
  readonly tracked: readonly TreatedProperty[];
  /** Names of the others. */
  readonly leftOut: readonly string[];
  readonly telling: NonNullable<IdQuery['telling']>;
  /** Values that HubSpot keeps back from a key without their scopes, and whether it does. */
  readonly withholdings: readonly Withholding[];
  readonly batcher: Batcher;
  readonly unread: UnreadRecords;
  /** See `HistoryCheckpoint.vanished`. */
  readonly vanished: Set<string>;
  /** Whether anything was asked for. */
  asked: boolean;
}

export function historyName(pipeline: HistoryPipeline, object: Pick<ObjectPipeline, 'name'>): string {
  return `${pipeline.name}/${object.name}`;
}

/** Every checkpoint carries the records that are still unread or nowhere, whichever step of the run saves it. */
export async function beginHistory(sync: HistorySync): Promise<HistoryRun> {
  const { pipeline, context, object } = sync;
  const { warehouse, settings } = context;
  const name = historyName(pipeline, object);
  const stored = await warehouse.checkpoint(name);
  const treated = await treatedProperties({ ...context, privacy: settings.privacy }, object);
  assertNotRefused(treated, object);
  const { properties, withholdings } = treated;
  const { object: dated } = datedObject(
    object,
    properties.map((property) => property.name),
  );
  const wanted = trackedProperties(pipeline, object);
  const tracked = properties.filter(
    (property) => wanted.includes(property.name) && property.treatment.kind !== 'leave',
  );
  const asked = new Set(tracked.map((property) => property.name));
  // Which properties have columns: of its table, not of one that would be made today.
  const layout = { stored: await warehouse.columns(object.name) };
  const unread = unreadRecords(`histories of ${object.name}`, stored.checkpoint);
  const vanished = new Set(stored.checkpoint?.kind === 'history' ? stored.checkpoint.vanished : []);
  const completed = (checkpoint: Checkpoint): Checkpoint => withVanished(unread.in(checkpoint), vanished);
  return {
    ...sync,
    object: dated,
    properties,
    withholdings,
    tracked,
    leftOut: wanted.filter((each) => !asked.has(each)),
    telling: tellingColumns(dated, objectTable(dated, properties, warehouse.limits, layout)),
    batcher: makeBatcher(context, name, stored, completed),
    unread,
    vanished,
    asked: false,
  };
}

function withVanished(checkpoint: Checkpoint, ids: ReadonlySet<string>): Checkpoint {
  if (checkpoint.kind !== 'history') return checkpoint;
  const { vanished: _vanished, ...rest } = checkpoint;
  return ids.size > 0 ? { ...rest, vanished: [...ids] } : rest;
}
