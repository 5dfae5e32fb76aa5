import { asKeywayError } from '../errors.ts';
import type { AppParts } from './app.ts';
import { notifyOnce } from './notify-once.ts';
import type { WorkerNotifier } from './worker-notifier.ts';

/** Tells people why a worker has ended for good, once nobody else of it tells anything. Takes seconds at most. Throws nothing. */
export async function lastWord(parts: AppParts, notifier: WorkerNotifier, thrown: unknown): Promise<void> {
  const { code, message: reason } = asKeywayError(thrown);
  const late = new AbortController();
  const signal = AbortSignal.any([parts.signal, late.signal]);
  const telling = notifier.close().then(() => notifyOnce({ ...parts, signal }, { code, reason }));
  await Promise.race([telling, parts.clock.sleep(longest, signal)]).catch(() => undefined);
  late.abort();
}

/** Milliseconds: whoever restarts it is not to wait for a webhook. */
const longest = 15_000;
