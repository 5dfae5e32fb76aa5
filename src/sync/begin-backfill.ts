import type { BackfillRequest } from '../backfill.ts';
import type { BackfillCheckpoint, Checkpoint, Live } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import type { Span } from '../source.ts';
import type { StoredCheckpoint } from '../warehouse.ts';
import { dateColumns, dated } from './backfilled-span.ts';
import type { ObjectRun } from './object-run.ts';

/** Where the backfill goes on, or begins: one that is finished begins anew. */
export async function beginBackfill(
  run: ObjectRun,
  request: BackfillRequest,
  stored: Checkpoint | undefined,
): Promise<BackfillCheckpoint> {
  assertKnown(run, request);
  const begun = stored?.kind === 'backfill' && stored.finishedAt === undefined ? stored : undefined;
  const { startedAt } = run;
  // Open at its end: what is edited while it is read stays within.
  const open = { by: 'modified', from: 0, until: startedAt + day } as const;
  const span = begun?.span ?? (request.span && { ...open, ...request.span });
  if (span !== undefined && request.properties === undefined) dated(run, span);
  if (begun !== undefined) return begun;
  const { ids, properties } = request;
  const state = {
    kind: 'backfill',
    startedAt,
    phase: 'records',
    read: 0,
    ...(span && { span }),
    ...(ids && { ids: ids.length }),
    ...(properties && { properties }),
  } as const;
  return { ...state, expected: await recordsIn(run, request, span) };
}

const day = 86_400_000;

/** The checkpoint of a table that has been loaded. Throws `not_available` for any other. */
export function loaded({ name }: ObjectPipeline, { checkpoint }: StoredCheckpoint): Live {
  if (checkpoint?.kind === 'live') return checkpoint;
  throw new KeywayError(
    'not_available',
    `${name} cannot be backfilled before they are loaded completely: run keyway sync ${name} first.`,
    { verdict: 'skip' },
  );
}

/** About how many records there are to read, without what is in the recycle bin. */
async function recordsIn(
  run: ObjectRun,
  { ids, properties }: BackfillRequest,
  span: BackfillCheckpoint['span'],
): Promise<number> {
  const { source, warehouse, signal } = run.context;
  if (ids !== undefined) return ids.length;
  if (properties === undefined) {
    const object = span === undefined ? run.pipeline : dated(run, span);
    return source.count(object, span && fromTheFirst(span), signal);
  }
  const created = span && { ...fromTheFirst(span), column: dateColumns[span.by] };
  return warehouse.countLiving({ table: run.pipeline.name, ...(created && { created }) });
}

function fromTheFirst({ from, until }: Span): Span {
  return { from, until };
}

/** Throws `config_invalid` for a property that there is not, or that the privacy rules leave out. */
function assertKnown({ shape, pipeline, context }: ObjectRun, { properties = [] }: BackfillRequest): void {
  const known = shape.columns.map(({ property }) => property.name);
  for (const name of properties) {
    if (known.includes(name)) continue;
    const isLeft = shape.left.some(({ property }) => property.name === name);
    const close = context.settings.privacy.nearest?.(name, known);
    const advice = close === undefined ? '' : ` Did you mean ${close}?`;
    throw new KeywayError(
      'config_invalid',
      isLeft
        ? `The privacy rules, or the key, leave the property ${JSON.stringify(name)} of ${pipeline.name} out: it cannot be backfilled.`
        : `HubSpot has no property ${JSON.stringify(name)} of ${pipeline.name}.${advice}`,
    );
  }
}
