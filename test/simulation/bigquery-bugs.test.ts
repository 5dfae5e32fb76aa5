import { describe, expect, it } from 'vitest';
import { bigqueryEngine } from '../support/bigquery-engine.ts';
import {
  bigqueryBugs,
  lostAnswers,
  ofCommits,
  ofUploads,
  refusedCommits,
  stoppingMidway,
  type BigqueryBug,
} from './bigquery-bugs.ts';
import { drawLife, type Life } from './life.ts';
import { playLife } from './play-life.ts';
import { replaysOldPages } from './plantings.ts';

type Planted = Omit<BigqueryBug, 'name' | 'caughtBy'>;

async function brokenBy(
  seed: number,
  { rewriting, faults, options, inTurn }: Planted,
): Promise<readonly string[]> {
  const engine = await bigqueryEngine({ inTurn: inTurn === true, rewriting: rewriting() });
  for (const fault of faults?.() ?? []) engine.double.faults.add(fault);
  const { broken } = await playLife(drawLife(seed), engine, options && { options });
  return broken;
}

function hasRivals({ steps }: Life): boolean {
  return steps.some((step) => step.kind === 'sync' && step.rival !== undefined);
}

/** A double that finds nothing proves nothing until it has found something. */
describe('within 100 lives with BigQuery’s double, the simulation catches', { timeout: 1_800_000 }, () => {
  it.each(bigqueryBugs)('$name', async (bug) => {
    let caught = false;
    for (let seed = 1; seed <= 100 && !caught; seed++) {
      if (bug.inTurn === true && !hasRivals(drawLife(seed))) continue;
      const broken = await brokenBy(seed, bug);
      caught = broken.some((sentence) => bug.caughtBy.test(sentence));
    }
    expect(caught).toBe(true);
  });
});

it('the product survives every trouble that gives those away', { timeout: 600_000 }, async () => {
  const troubles: Planted = {
    rewriting: () => stoppingMidway({ inTransaction: true }),
    faults: () => [refusedCommits(), lostAnswers(ofUploads), lostAnswers(ofCommits)],
    options: (world) => ({ around: { source: replaysOldPages(world) } }),
  };
  for (let seed = 1; seed <= 3; seed++) expect(await brokenBy(seed, troubles)).toEqual([]);
});
