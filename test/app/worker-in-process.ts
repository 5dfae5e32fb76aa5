import { onTestFinished } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { openApp } from '../../src/app/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import type { WorkerBackfill } from '../../src/app/worker-backfill.ts';
import type { WorkerEvent } from '../../src/app/worker-event.ts';
import { systemClock, type Clock, type Log } from '../../src/service.ts';
import { emptyFolder } from '../cli/run-keyway.ts';
import type { Environment } from './account.ts';

interface Line {
  readonly level: keyof Omit<Log, 'child'>;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A worker within this process, on a clock that runs so many times as fast. */
export interface InProcessWorker {
  readonly lines: readonly Line[];
  readonly events: readonly WorkerEvent[];
  readonly clock: Clock;
  /** Resolves once such a line has come, so often. */
  says(message: RegExp, times?: number): Promise<readonly Line[]>;
  stop(): Promise<void>;
}

export async function startInProcess(
  env: Environment,
  speed: number,
  backfill?: WorkerBackfill,
): Promise<InProcessWorker> {
  const [began, zero] = [Date.now(), performance.now()];
  const clock: Clock = {
    now: () => began + (performance.now() - zero) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
  const lines: Line[] = [];
  const events: WorkerEvent[] = [];
  const noting = (level: Line['level'], more: object) => (facts: object, message: string) =>
    void lines.push({ level, facts: { ...more, ...facts }, message });
  const logWith = (more: object): Log => ({
    debug: noting('debug', more),
    info: noting('info', more),
    warn: noting('warn', more),
    error: noting('error', more),
    child: (facts) => logWith({ ...more, ...facts }),
  });
  const settings = readSettings({ env, cwd: emptyFolder(), known: knownNames });
  const stop = new AbortController();
  const app = openApp(settings, { log: logWith({}), signal: stop.signal, command: 'worker', clock });
  const ended = app.work({
    onHangUp: () => undefined,
    reread: () => Promise.reject(new Error('nobody asks for it')),
    watch: () => ({ on: () => undefined, close: () => undefined }),
    onEvent: (event) => void events.push(event),
    ...(backfill && { backfill }),
  });
  const worker: InProcessWorker = {
    lines,
    events,
    clock,
    async says(message, times = 1) {
      for (;;) {
        const found = lines.filter((line) => message.test(line.message));
        if (found.length >= times) return found;
        await Promise.race([new Promise((resolve) => setTimeout(resolve, 5)), ended]);
      }
    },
    async stop() {
      stop.abort();
      await ended;
    },
  };
  onTestFinished(() => worker.stop());
  return worker;
}
