import { asKeywayError, type ErrorCode, type KeywayError } from '../errors.ts';
import type { Log } from '../service.ts';
import type { TrafficListener } from '../traffic.ts';
import { work } from '../worker/index.ts';
import type { AppParts } from './app.ts';
import { backfilledObjects } from './backfill.ts';
import { openSource, type SourceParts } from './open-source.ts';
import { openWarehouse } from './open-warehouse.ts';
import { knownKeys } from './known-keys.ts';
import { validateSettings } from './read-settings.ts';
import { selectPipelines } from './select-pipelines.ts';
import { syncOnce } from './sync-once.ts';
import { takeLease } from './take-lease.ts';
import { timetableOf } from './timetable-of.ts';
import { openWorkerBackfill, type WorkerBackfill } from './worker-backfill.ts';
import type { OnWorkerEvent } from './worker-event.ts';
import { openTurns, type Watcher } from './worker-turn.ts';

/** Settings, and the log that keeps their secrets. */
type Fresh = Pick<AppParts, 'settings' | 'log'>;

export interface WorkerRequest {
  /** Calls back whenever the settings are to be read again. */
  readonly onHangUp: (listener: () => void) => void;
  /** Reads them. Throws `config_invalid`. */
  readonly reread: () => Promise<Fresh>;
  /** For each run. */
  readonly watch: (log: Log) => Watcher;
  readonly onEvent?: OnWorkerEvent;
  readonly onTraffic?: TrafficListener;
  /** What is read again while nothing is due. */
  readonly backfill?: WorkerBackfill;
}

/** What one life of the worker works with. */
interface LifeParts extends SourceParts, Pick<WorkerRequest, 'watch' | 'backfill'> {
  readonly onEvent: OnWorkerEvent;
}

/**
 * Runs what is due by the settings' schedules until `parts.signal` aborts; resolves then. There is one at work in a
 * warehouse; others stand by. Gets over whatever may pass; throws only what will not: wrong settings, no key, a newer warehouse.
 */
export async function runWorker(parts: AppParts, request: WorkerRequest): Promise<void> {
  const { onHangUp, reread, watch, onEvent = () => undefined, onTraffic, backfill } = request;
  const further = { ...(onTraffic && { onTraffic }), ...(backfill && { backfill }) };
  let current = withKnownNames({ ...parts, watch, onEvent, ...further });
  let renewed = new AbortController();
  onHangUp(() => {
    void reread()
      .then((fresh) => {
        current = withKnownNames({ ...current, ...fresh });
        renewed.abort(new DOMException('the settings were read again', 'AbortError'));
      })
      .catch((error: unknown) => {
        current.log.error({ reason: asKeywayError(error).message }, refused);
      });
  });
  for (let failures = 0; !parts.signal.aborted;) {
    const beginning = parts.clock.now();
    try {
      await life(current, renewed.signal);
    } catch (thrown) {
      if (parts.signal.aborted) return;
      const error = asKeywayError(thrown);
      if (isFinal(error.code)) throw thrown;
      if (!renewed.signal.aborted) {
        failures = parts.clock.now() - beginning > longestWait ? 1 : failures + 1;
        await getOver(current, error, { failures, renewed: renewed.signal });
      }
    }
    if (!renewed.signal.aborted) continue;
    current.log.info({}, 'the settings were read again, and hold from now on');
    onEvent({ kind: 'renewed', settings: current.settings });
    renewed = new AbortController();
    failures = 0;
  }
}

/** Whatever can be wrong with settings is so before anything is opened with them. */
function withKnownNames(parts: LifeParts): LifeParts {
  const { settings, backfill } = parts;
  validateSettings(settings);
  if (backfill !== undefined)
    backfilledObjects(backfill.pipelines, selectPipelines(settings, backfill.pipelines).pipelines);
  return parts;
}

/** With one set of settings, from standing by to losing the lease. */
async function life(parts: LifeParts, renewed: AbortSignal): Promise<void> {
  const { onEvent } = parts;
  await using open = new AsyncDisposableStack();
  const warehouse = await openWarehouse(parts);
  open.defer(() => warehouse.close());
  await warehouse.migrate();
  const ending = AbortSignal.any([parts.signal, renewed]);
  const lease = await takeLease(parts, warehouse, {
    standBy: () => onEvent({ kind: 'standing by' }),
    signal: ending,
  });
  open.defer(() => lease.release());
  // A newer Keyway may have held it.
  await warehouse.migrate();
  // Of a worker that was killed: whatever keeps the next run from coming about, nobody is at work there.
  await warehouse.closeRuns();
  let standing = await knownKeys(warehouse);
  const source = openSource(parts, (key) => standing(key));
  open.defer(() => source.close());
  const signal = AbortSignal.any([parts.signal, lease.lost]);
  const turns = { ...parts, signal, source, warehouse };
  const turn = openTurns(turns, async () => {
    standing = await knownKeys(warehouse);
  });
  const timetable = await timetableOf(parts, warehouse);
  parts.log.info({ warehouse: warehouse.label }, 'at work: this worker holds the lease');
  onEvent({ kind: 'at work', source, warehouse, nextRun: (pipeline) => timetable.turnOf(pipeline) });
  open.defer(() => leave(onEvent));
  await work({
    clock: parts.clock,
    timetable,
    run: (isDue) =>
      turn((runner, onProgress) => syncOnce(turns, { pipelines: [], isDue, onProgress }, runner)),
    ...(parts.backfill && { meanwhile: openWorkerBackfill(turns, parts.backfill, turn) }),
    onIdle(next) {
      parts.log.info(next === undefined ? {} : { next: new Date(next).toISOString() }, idle);
      onEvent({ kind: 'idle', next });
    },
    stop: AbortSignal.any([signal, renewed]),
  });
  lease.lost.throwIfAborted();
}

/** Whoever is in the middle of something may end it while all is still open. */
async function leave(onEvent: OnWorkerEvent): Promise<void> {
  const last: Promise<unknown>[] = [];
  onEvent({ kind: 'left', waitFor: (each) => void last.push(each) });
  await Promise.allSettled(last);
}

interface Trouble {
  /** How often in a row. */
  readonly failures: number;
  readonly renewed: AbortSignal;
}

async function getOver(
  { log, clock, signal, onEvent }: LifeParts,
  error: KeywayError,
  { failures, renewed }: Trouble,
): Promise<void> {
  const wait = Math.min(longestWait, shortestWait * 2 ** (failures - 1));
  const trouble = { code: error.code, reason: error.message };
  const facts = { ...trouble, seconds: wait / 1000 };
  if (error.code === 'lease_held') log.warn(facts, 'the lease is lost: standing by');
  else log.error(facts, 'the worker could not go on; it tries again');
  onEvent({ kind: 'trouble', ...trouble, until: clock.now() + wait });
  // Being woken is no failure.
  await clock.sleep(wait, AbortSignal.any([signal, renewed])).catch(() => undefined);
}

function isFinal(code: ErrorCode): boolean {
  return ['config_invalid', 'key_missing', 'unknown_pipeline', 'warehouse_newer'].includes(code);
}

const shortestWait = 2000;
const longestWait = 60_000;
const idle = 'nothing is due';
const refused = 'the settings were read again, and are not right: those from before go on to hold';
