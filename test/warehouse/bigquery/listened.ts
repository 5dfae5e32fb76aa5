import { PassThroughClient } from 'google-auth-library';
import { type Clock, silentLog } from '../../../src/service.ts';
import { openBigquery } from '../../../src/warehouse/bigquery/index.ts';
import type { Warehouse } from '../../../src/warehouse.ts';
import type { Analyser } from '../../support/zetasql/index.ts';
import {
  type ListeningBigquery,
  listeningBigquery,
  type Replies,
} from '../../support/zetasql/listening-bigquery.ts';

/** Waits of a retry pass at once. */
const hurried: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

/** The jobs that the work with a new warehouse takes. `open` gives it as another process would. */
export async function jobsOf(
  analyse: Analyser['analyse'],
  work: (open: () => Promise<Warehouse>) => Promise<void>,
): Promise<ListeningBigquery['jobs']> {
  const server = await listeningBigquery(analyse, replies());
  const options = {
    project: 'my-project',
    dataset: 'hubspot',
    stateDataset: 'hubspot_keyway',
    stagingDataset: 'hubspot_keyway_staging',
    endpoint: server.url,
    authClient: new PassThroughClient(),
    clock: hurried,
    log: silentLog,
    isAlive: () => false,
  };
  try {
    await work(() => openBigquery(options));
    return server.jobs;
  } finally {
    await server.stop();
  }
}

/** Checkpoints move as they are told; of two that ask for a lease one gets it; all other tables stay empty. */
function replies(): Replies {
  const stored = { version: 0, batch_id: '', run_id: 'run' };
  const inserted = new Set<string>();
  let leases = 0;
  return {
    rows(sql, parameters) {
      const [, batch = ''] = /\bbatch_id = @(\w+)/.exec(sql) ?? [];
      if (batch !== '') Object.assign(stored, { version: stored.version + 1, batch_id: parameters[batch] });
      const [, into] = /^INSERT INTO (`[^`]*`)/.exec(sql) ?? [];
      if (into !== undefined) inserted.add(into);
      const [, counted] = /^SELECT COUNT\(\*\) AS count FROM (`[^`]*`) WHERE/.exec(sql) ?? [];
      if (counted !== undefined) return [{ count: inserted.has(counted) ? '1' : '0' }];
      if (sql.startsWith('SELECT version, batch_id, run_id')) return [stored];
      if (sql.startsWith('SELECT pipeline, version') && stored.version > 0)
        return [{ pipeline: 'people', version: stored.version, checkpoint: '{}' }];
      if (sql.startsWith('SELECT holder, label') && leases > 1)
        return [{ holder: 'other', label: 'it', expires_in: '1' }];
      return [];
    },
    changed: (sql) => (/^UPDATE `[^`]*\.leases`/.test(sql) ? leases++ % 2 : 0),
  };
}
