import type { Scan, SourceObject } from '../../src/source.ts';
import type { Around, World } from '../support/sync-world.ts';
import { hitsOf, reading, type Planting } from './plantings.ts';

type Changes = Extract<Scan, { kind: 'changes' }>;

/** Changes as a connector reads them that walks by id, but takes each page as it comes: the last hit ends it. */
export function trustingWalk(world: World): Around {
  return { source: changesBy((object, scan) => walked(world, object, scan)) };
}

/** Changes as a connector reads them that takes what one query gives for all that there are. */
export function oneQuery(world: World): Around {
  const { searchCap } = world.sandbox.options;
  return { source: changesBy((object, scan) => walked(world, object, scan).slice(0, searchCap)) };
}

function changesBy(idsOf: (object: SourceObject, scan: Changes) => readonly string[]): Planting {
  return reading((pages, { object, scan }) =>
    scan.kind === 'changes' ? pages({ kind: 'ids', ids: idsOf(object, scan) }) : pages(scan),
  );
}

function walked(world: World, object: SourceObject, scan: Changes): readonly string[] {
  const { searchPage } = world.sandbox.options;
  const found: string[] = [];
  for (;;) {
    const hits = search(world, object, { ...scan, above: found.at(-1) ?? '0' });
    found.push(...hits.map(({ id }) => id));
    if (hits.length < searchPage) return found;
  }
}

function search(
  { sandbox }: World,
  object: SourceObject,
  { from, until, above }: Pick<Changes, 'from' | 'until'> & { readonly above: string },
): ReturnType<typeof hitsOf>['results'] {
  const { watermark: propertyName } = object;
  const filters = [
    { propertyName, operator: 'GTE', value: String(Math.max(from, 1000)) },
    { propertyName, operator: 'LT', value: String(until) },
    { propertyName: 'hs_object_id', operator: 'GT', value: above },
  ];
  const sorts = [{ propertyName: 'hs_object_id', direction: 'ASCENDING' }];
  const limit = sandbox.options.searchPage;
  return hitsOf(sandbox, object, { filterGroups: [{ filters }], sorts, limit }).results;
}
