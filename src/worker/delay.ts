import { createHmac } from 'node:crypto';

/**
 * How much later than their schedules the runs of this installation come: from 0 up to `bound` milliseconds, and always the same,
 * so that not everybody asks HubSpot on the hour, and runs of one minute stay one run. `seed` is the installation's own.
 */
export function delayOf(seed: string, bound: number): number {
  const digest = createHmac('sha256', seed).update('delay of schedules').digest();
  return Math.floor((digest.readUInt32BE() / 2 ** 32) * bound);
}
