import { asKeywayError, type ErrorCode } from '../errors.ts';
import type { AppParts } from './app.ts';
import { notifyOnce } from './notify-once.ts';
import { syncOnce, type SyncReport, type SyncRequest } from './sync-once.ts';

/** A run, and then people are told of what is wrong since it, or not any more. */
export async function notifyingSync(parts: AppParts, request: SyncRequest): Promise<SyncReport> {
  try {
    const report = await syncOnce(parts, request);
    if (!parts.signal.aborted) await notifyOnce(parts, 'just ran');
    return report;
  } catch (thrown) {
    const { code, message } = asKeywayError(thrown);
    if (!parts.signal.aborted && !ofWhoAsked.includes(code))
      await notifyOnce(parts, { code, reason: message });
    throw thrown;
  }
}

/** They say nothing of the copy: another run is at it, or whoever asked for this one has to ask otherwise. */
const ofWhoAsked: readonly ErrorCode[] = ['config_invalid', 'lease_held', 'unknown_pipeline'];
