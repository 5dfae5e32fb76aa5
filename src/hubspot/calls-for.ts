import { noCalls, type Calls } from '../cost.ts';
import type { ScanSize } from '../source.ts';
import { searchesFor } from './changed-ids.ts';
import { fitsQuery } from './list.ts';
import { documentedSizes } from './page-sizes.ts';

/** How many calls `read` makes for a scan of this size, where nothing has to be asked again. */
export function callsFor(properties: readonly string[], scan: ScanSize): Calls {
  const { kind, records } = scan;
  // A list gives as many at once as a batch.
  const full = Math.ceil(records / documentedSizes.batch);
  switch (kind) {
    case 'all':
    case 'archived': {
      const fits = fitsQuery(properties, kind === 'archived');
      return { ...noCalls, burst: Math.max(1, full) + (fits ? 0 : full) };
    }
    case 'changes':
      return { ...noCalls, burst: full, search: searchesFor(records) };
    case 'ids':
      return { ...noCalls, burst: full };
  }
}
