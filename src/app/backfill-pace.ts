import type { BackfillCheckpoint } from '../checkpoint.ts';
import type { Instant } from '../source.ts';
import type { TurnParts } from './worker-turn.ts';

/** How a worker's backfill goes: it rests after each step, so that it takes its share, and says how far it is. */
export interface Pacer {
  /** Whether to go on with the next step, once it has rested. */
  afterStep(state: BackfillCheckpoint): Promise<boolean>;
  /** How many there were. */
  steps(): number;
}

/** When this process began to read, and what was in by then. */
export interface Begun {
  readonly at: Instant;
  readonly read: number;
}

/** What knows of the account's day. */
interface Day {
  readonly source: Pick<TurnParts['source'], 'usedUpUntil'>;
}

/** Its source reads at full speed: with half as a share, it rests for as long as it has read. */
export function openPacer(
  parts: Pick<TurnParts, 'clock' | 'log' | 'settings' | 'signal' | 'onEvent'> & Day,
  /** `begun` lasts from run to run. */
  { pipeline, begun }: { readonly pipeline: string; readonly begun: Map<string, Begun> },
  makesWay: () => boolean,
): Pacer {
  const { clock, log, settings, signal, onEvent } = parts;
  const { share } = settings.backfill;
  let steps = 0;
  let since = performance.now();
  let toldAt = -Infinity;
  const tell = (state: BackfillCheckpoint): void => {
    const { read, expected, phase } = state;
    const first = begun.get(pipeline);
    if (first === undefined) begun.set(pipeline, { at: clock.now(), read });
    const endsAt = first && endOf(state, first, clock.now());
    onEvent({ kind: 'backfill', pipeline, state, ...(endsAt !== undefined && { endsAt }) });
    if (state.finishedAt === undefined && clock.now() < toldAt + tellEvery) return;
    toldAt = clock.now();
    const end = endsAt === undefined ? {} : { endsAt: new Date(endsAt).toISOString() };
    log.info({ pipeline, read, expected, phase, ...end }, 'backfill');
  };
  return {
    async afterStep(state) {
      steps += 1;
      tell(state);
      const worked = performance.now() - since;
      let left = state.finishedAt === undefined ? (worked * (1 - share)) / share : 0;
      while (left > 0 && !makesWay()) {
        const nap = Math.min(left, lookEvery);
        await clock.sleep(nap, signal);
        left -= nap;
      }
      since = performance.now();
      return !makesWay() && restsUntil(parts) === undefined;
    },
    steps: () => steps,
  };
}

/**
 * When the account's next day begins, once the backfill has had its share of this one: what is left is for the schedules. Nothing while
 * it has not.
 */
export function restsUntil({ source, settings }: Pick<TurnParts, 'settings'> & Day): Instant | undefined {
  const { dailyReserve } = settings.rateLimit;
  return source.usedUpUntil(1 - settings.backfill.share * (1 - dailyReserve));
}

/** When it will be through, at its pace so far; of what comes after the records, HubSpot does not tell how much there is. */
function endOf({ read, expected }: BackfillCheckpoint, begun: Begun, now: Instant): Instant | undefined {
  const pace = (read - begun.read) / (now - begun.at);
  return pace > 0 && expected > read ? Math.round(now + (expected - read) / pace) : undefined;
}

/** Milliseconds. */
const tellEvery = 60_000;
const lookEvery = 1000;
