import type { Comparison, Remark } from '../compare/index.ts';
import { serviceKeyPlaces } from '../service-key.ts';
import type { ScopeComparison } from './compare-scopes.ts';

/** What to do after a comparison of keys, for people. */
export function nextSteps(
  verdict: Comparison['verdict'],
  comparisons: readonly Comparison[],
  scopes: ScopeComparison,
): readonly string[] {
  const differences = comparisons.flatMap(({ remarks }) =>
    remarks.filter(({ weight }) => weight === 'difference'),
  );
  const spare = spareScopes(scopes);
  if (verdict === 'different') return [...afterDifferences(differences, scopes), ...spare];
  if (verdict === 'not comparable') {
    return [
      'Something could not be compared: mend what is said above, or wait until HubSpot answers again. Then compare again; keep the private app until all is the same.',
    ];
  }
  return [
    'All is the same. Sync with the Service Key alone: leave HUBSPOT_LEGACY_TOKEN out, and take the token out of all else that uses it.',
    'Watch keyway keys status, and the last use that HubSpot shows of both. When the token has not been used for a while, delete the private app.',
    ...spare,
  ];
}

function afterDifferences(differences: readonly Remark[], held: ScopeComparison): readonly string[] {
  const lost = differences.filter(({ seenBy }) => seenBy !== 'key');
  const gained = differences.filter(({ seenBy }) => seenBy === 'key');
  const scopes = scopesToTick(lost, held);
  const unexplained = lost.filter((each) => each.scopes.length === 0);
  const steps: string[] = [];
  if (scopes.length > 0) {
    steps.push(
      `Tick what the Service Key lacks, in HubSpot under ${serviceKeyPlaces}: ${scopes.join(', ')}. Then compare again.`,
    );
  }
  if (unexplained.length > 0) {
    steps.push(
      'No scope that Keyway knows of explains the other differences. Look at the examples in HubSpot; keep the private app until it is clear why they differ.',
    );
  }
  if (lost.length === 0 && gained.length > 0) {
    steps.push(
      'The Service Key reads all that the legacy token does, and more, which would be synced too. If that is meant, it can take over as it is; if not, untick what it has too many of, and compare again.',
    );
  }
  return steps;
}

/** One scope for each thing that is lost: of those that would do, the one that the legacy token has. */
function scopesToTick(lost: readonly Remark[], { legacy, toTick }: ScopeComparison): readonly string[] {
  const chosen = new Set(toTick);
  for (const { scopes } of lost) {
    if (scopes.some((scope) => chosen.has(scope))) continue;
    const scope = scopes.find((each) => legacy?.includes(each)) ?? scopes[0];
    if (scope !== undefined) chosen.add(scope);
  }
  return [...chosen];
}

function spareScopes({ notNeeded, writing, legacy }: ScopeComparison): readonly string[] {
  if (legacy === null || notNeeded.length === 0) return [];
  const write = writing.length === 0 ? '' : ` Some of them allow changes in HubSpot: ${writing.join(', ')}.`;
  return [
    `The Service Key can do without these scopes of the legacy token: ${notNeeded.join(', ')}.${write}`,
  ];
}
