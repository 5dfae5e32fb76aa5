import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '../source.ts';
import type { ListRun, LivingList } from './list-run.ts';
import { saidOf } from './list-run.ts';

/**
 * The lists whose members are to be read, those first that were read longest ago. HubSpot tells in its search when members
 * last joined and left; but that is only a statement of its documents, so that every list has its turn at times.
 */
export function dueLists(run: Known, living: readonly LivingList[]): readonly LivingList[] {
  const readAt = ({ id }: LivingList): number => run.known.get(id)?.readAt ?? 0;
  return living.filter((list) => isDue(run, list)).toSorted((a, b) => readAt(a) - readAt(b));
}

type Known = Omit<ListRun, 'batcher'>;

function isDue(run: Known, list: LivingList): boolean {
  const { known, now, context, pipeline, checkpoint } = run;
  const stored = known.get(list.id);
  if (stored?.readAt === undefined || stored.objectType !== list.objectType) return true;
  if (list.id === checkpoint.reading?.list || list.size === null) return true;
  if (now - stored.readAt >= Math.max(1, context.settings.listsEvery)) return true;
  const said = saidOf(pipeline, list);
  if (stored.readAt < lastChange(said, now)) return true;
  return !isDeepStrictEqual(
    said.map((cell) => cell ?? ''),
    stored.said,
  );
}

/** As HubSpot tells it; 0 where it tells none that is not still to come. */
function lastChange(said: readonly (string | null)[], now: Instant): Instant {
  const [_size, ...changes] = said;
  const past = changes.map((cell) => Date.parse(cell ?? '')).filter((instant) => instant <= now);
  return Math.max(0, ...past);
}
