import type { AppParts } from './app.ts';
import { runWorker, type WorkerRequest } from './run-worker.ts';
import { serveStatus } from './serve-status.ts';
import type { OnWorkerEvent } from './worker-event.ts';

/** The worker, and all who look on for as long as it lives. */
export async function watchedWorker(parts: AppParts, request: WorkerRequest): Promise<void> {
  await using open = new AsyncDisposableStack();
  const status = await serveStatus(parts);
  open.defer(() => status.close());
  const onlookers: readonly OnWorkerEvent[] = [status.onEvent, ...(request.onEvent ? [request.onEvent] : [])];
  await runWorker(parts, {
    ...request,
    onEvent: (event) => onlookers.forEach((onlooker) => onlooker(event)),
  });
}
