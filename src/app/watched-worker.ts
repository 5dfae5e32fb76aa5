import type { AppParts } from './app.ts';
import { lastWord } from './last-word.ts';
import { runWorker, type WorkerRequest } from './run-worker.ts';
import { serveStatus } from './serve-status.ts';
import { unhindered } from './unhindered.ts';
import type { OnWorkerEvent, WorkerEvent } from './worker-event.ts';
import { openWorkerMetrics } from './worker-metrics.ts';
import { WorkerNotifier } from './worker-notifier.ts';

/** The worker, and all who look on for as long as it lives. */
export async function watchedWorker(parts: AppParts, request: WorkerRequest): Promise<void> {
  await using open = new AsyncDisposableStack();
  const metrics = await openWorkerMetrics(parts);
  const status = await serveStatus(parts, () => metrics.text());
  open.defer(() => status.close());
  const notifier = new WorkerNotifier(parts);
  open.defer(() => notifier.close());
  const onlookers: readonly OnWorkerEvent[] = [
    unhindered('metrics', metrics.onEvent, parts.log),
    unhindered('status page', status.onEvent, parts.log),
    unhindered('notifications', (event) => notifier.hear(event), parts.log),
    ...(request.onEvent ? [unhindered('progress', request.onEvent, parts.log)] : []),
  ];
  let last: WorkerEvent | undefined;
  let { settings } = parts;
  try {
    await runWorker(parts, {
      ...request,
      onTraffic: unhindered('metrics', metrics.onTraffic, parts.log),
      onEvent(event) {
        last = event;
        if (event.kind === 'renewed') settings = event.settings;
        for (const onlooker of onlookers) onlooker(event);
      },
    });
  } catch (thrown) {
    // At once it is for whoever has started it to see; and one that is started over and over tells nobody each time.
    if (last !== undefined) await lastWord({ ...parts, settings }, notifier, thrown);
    throw thrown;
  }
}
