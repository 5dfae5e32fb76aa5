import { pipelines } from '../../../pipelines/index.ts';
import type { Transport } from '../../../src/hubspot/transport.ts';
import type { Source } from '../../../src/source.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import { expectedTreatment, type TestRules } from '../../support/expected-treatment.ts';
import type { World } from '../../support/sync-world.ts';
import { watchCounts, watchIds } from './accounting.ts';
import type { Broken } from './broken.ts';
import { watchClaims } from './claims.ts';
import { watchHistoryClaims } from './history-claims.ts';
import { watchFences } from './fences.ts';
import { watchFindings } from './findings.ts';
import { watchRequests, type Requesting } from './requests.ts';
import { watchRuns } from './runs.ts';
import { watchVersions } from './versions.ts';

export { wrongMarks } from './marks.ts';
export { sharedColumns } from './columns.ts';
export { openKeeping } from './keeping.ts';
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
export function watchLife(world: World, behind: number, broken: Broken): (rules: TestRules) => Watched {
  const { sandbox, tables } = world;
  const [versions, fences, findings] = [
    watchVersions(tables, broken),
    watchFences(broken),
    watchFindings(sandbox, broken),
  ];
  const [claimsOf, historyOf] = [watchClaims(world, broken), watchHistoryClaims(world, broken)];
  return (rules) => {
    const isSecret = secrets(world, rules);
    const startedAt = sandbox.clock.now();
    const [claims, histories, counts] = [claimsOf(), historyOf(), watchCounts(broken)];
    const runs = watchRuns({ startedAt, behind }, broken);
    return {
      transport: watchRequests(
        { now: () => sandbox.clock.now(), keys: () => sandbox.world.keys.all, isSecret },
        broken,
      ),
      source: watchIds(broken),
      warehouse: (warehouse) => findings(runs(versions(fences(claims(histories(counts(warehouse))))))),
    };
  };
}

/** What a run may not name, by the rules that it has. Which properties there are changes while it is on. */
function secrets({ sandbox }: World, rules: TestRules): Requesting['isSecret'] {
  return (object, name) => {
    const pipeline = pipelines.find((each) => each.kind === 'object' && each.name === object);
    if (pipeline?.kind !== 'object') return false;
    const found = sandbox.world.truth.properties(object).find(({ spec }) => spec.name === name);
    return (
      found !== undefined && ['exclude', 'refuse'].includes(expectedTreatment(rules, pipeline, found.spec))
    );
  };
}
