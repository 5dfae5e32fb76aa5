import type { HistoryCheckpoint } from '../checkpoint.ts';
import { treatmentOf } from '../privacy.ts';
import type { Property } from '../source.ts';
import { historyFilling } from '../transform/index.ts';
import type { HistoryRun } from './history-run.ts';
import { isMadeAnew } from './made-anew.ts';

type Stored = HistoryCheckpoint['stored'][number];

/** What may be stored once this run has begun. */
export function storedProperties(
  { tracked }: HistoryRun,
  before: HistoryCheckpoint | undefined,
): readonly Stored[] {
  const names = new Set(tracked.map(({ name }) => name));
  return [
    ...(before?.stored ?? []).filter(({ name }) => !names.has(name)),
    ...tracked.map((property) => {
      const [filling, sensitivity] = [historyFilling(property), property.dataSensitivity];
      return {
        name: property.name,
        ...(filling !== undefined && { filling }),
        ...(sensitivity !== 'non_sensitive' && { sensitivity }),
        ...definitionOf(property),
      };
    }),
  ];
}

/** When a custom property was defined, as far as HubSpot says so. */
export function definitionOf({ hubspotDefined, createdAt }: Property): Pick<Stored, 'definedAt'> {
  return hubspotDefined || createdAt === null ? {} : { definedAt: createdAt };
}

/**
 * What the rules have excluded since the last run, or have hashed in another way, is not held any longer, whether or not its
 * history is still wanted; nor is that of a property which was deleted, and made anew under its name. To be called before any
 * history is read.
 */
export async function forgetForbidden(run: HistoryRun): Promise<void> {
  const { object, pipeline, batcher } = run;
  const { checkpoint } = batcher.stored;
  if (checkpoint?.kind !== 'history') return;
  const forbidden = checkpoint.stored.filter((stored) => isForbidden(run, stored));
  if (forbidden.length === 0) return;
  const names = new Set(forbidden.map(({ name }) => name));
  const { table } = pipeline;
  const writes = [...names].map(
    (property) =>
      ({ kind: 'replace', table, rows: [], within: { object_type: object.name, property } }) as const,
  );
  const { sweep: _sweep, ...rest } = checkpoint;
  const left: HistoryCheckpoint = {
    ...rest,
    properties: checkpoint.properties.filter((name) => !names.has(name)),
    stored: checkpoint.stored.filter((each) => !forbidden.includes(each)),
  };
  await batcher.add({ writes, rows: writes.length, size: 0, checkpoint: left });
  await batcher.flush();
}

/** What HubSpot does not list any more cannot be read again: what is hashed may stay then. */
function isForbidden({ properties, object, context }: HistoryRun, stored: Stored): boolean {
  const { name, filling, sensitivity = 'non_sensitive', definedAt } = stored;
  const listed = properties.find((property) => property.name === name);
  if (listed === undefined) {
    const { privacy } = context.settings;
    const treatment = treatmentOf(privacy, object, { name, dataSensitivity: sensitivity });
    return treatment !== 'include' && (treatment !== 'hash' || filling === undefined);
  }
  if (listed.treatment.kind === 'leave') return listed.treatment.why !== 'withheld';
  return isMadeAnew(definedAt, definitionOf(listed).definedAt) || historyFilling(listed) !== filling;
}
