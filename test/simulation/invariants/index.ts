import type { Transport } from '../../../src/hubspot/transport.ts';
import type { Source } from '../../../src/source.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { World } from '../../support/sync-world.ts';
import { watchCounts, watchIds } from './accounting.ts';
import type { Broken } from './broken.ts';
import { watchClaims } from './claims.ts';
import { watchFences } from './fences.ts';
import { watchRequests } from './requests.ts';
import { watchRuns } from './runs.ts';
import { watchVersions } from './versions.ts';

export { sharedColumns } from './columns.ts';
export { compareReload } from './reload.ts';
export { openRuns } from './runs.ts';
export { openPeople, secretsLeft, type Left } from './secrets.ts';

/** What a process does, watched from all sides. */
export interface Watched {
  readonly transport: (transport: Transport) => Transport;
  readonly source: (source: Source) => Source;
  readonly warehouse: (warehouse: Warehouse) => Warehouse;
}

/**
 * The invariants of a life, checked at every request, every commit and every row of a run that a process saves. Which is
 * checked where is told in `test/invariants.md`. `behind`: how far a complete pipeline may be behind its run's start.
 */
export function watchLife(world: World, behind: number, broken: Broken): () => Watched {
  const { sandbox, tables } = world;
  const [versions, fences] = [watchVersions(tables, broken), watchFences(broken)];
  const claimsOf = watchClaims(world, broken);
  const secret = sensitiveProperties(world);
  return () => {
    const startedAt = sandbox.clock.now();
    const [claims, counts] = [claimsOf(), watchCounts(broken)];
    const runs = watchRuns({ startedAt, behind }, broken);
    return {
      transport: watchRequests({ now: () => sandbox.clock.now(), key: sandbox.key, secret }, broken),
      source: watchIds(broken),
      warehouse: (warehouse) => runs(versions(fences(claims(counts(warehouse))))),
    };
  };
}

function sensitiveProperties({ sandbox }: World): readonly string[] {
  const objects = ['contacts', 'companies', 'deals', 'tickets'];
  return objects.flatMap((object) =>
    sandbox.world.truth
      .properties(object)
      .filter(({ spec }) => spec.dataSensitivity !== undefined)
      .map(({ spec }) => spec.name),
  );
}
