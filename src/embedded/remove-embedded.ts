import { rm } from 'node:fs/promises';
import path from 'node:path';
import { KeywayError } from '../errors.ts';
import { exclusively, leave } from './members.ts';
import { forget } from './memory.ts';
import type { EmbeddedOptions } from './open-embedded.ts';
import { placeOf } from './place.ts';
import { stopServer } from './stop-server.ts';

/**
 * Deletes the database for good, wherever its files are, and stops a server that a killed process left behind. Throws
 * `warehouse_unavailable` while another process uses it.
 */
export async function removeEmbedded({ directory, clock, log }: EmbeddedOptions): Promise<void> {
  const place = await placeOf(directory);
  await exclusively(place.directory, clock, async () => {
    if (await leave(place.directory))
      throw new KeywayError(
        'warehouse_unavailable',
        `Another process uses the embedded Postgres in ${place.directory}. Stop it first.`,
      );
    await stopServer(place, clock, log);
    await forget(place.directory);
    await rm(place.data, { recursive: true, force: true });
    await rm(path.join(place.directory, 'users'), { recursive: true, force: true });
  });
}
