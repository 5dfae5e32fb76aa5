import type { PipelineRun } from '../../../src/run.ts';
import type { World } from '../../support/sync-world.ts';
import { isReturned } from '../work.ts';

const objects = ['contacts', 'companies', 'deals', 'tickets'];

/** I16. While nobody worked, a complete run has every row where its record is: among the living, or in the bin. */
export async function wrongMarks(
  { sandbox, tables }: World,
  runs: readonly PipelineRun[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { pipeline, outcome } of runs) {
    if (outcome !== 'complete' || !objects.includes(pipeline)) continue;
    const rows = new Map((await tables.rows(pipeline)).map((row) => [String(row['id']), row]));
    for (const { id, state, updatedAt } of sandbox.world.truth.records(pipeline)) {
      const row = rows.get(id);
      if (isReturned(sandbox, id, Date.parse(updatedAt))) continue;
      // One that the search does not show yet has no row, and need not have one.
      if (state === 'active' && (row === undefined || isOpen(row, false))) continue;
      if (state === 'archived' && row !== undefined && isOpen(row, true)) continue;
      if (state !== 'active' && state !== 'archived') continue;
      found.push(
        `${pipeline} ${id} is ${state}, but a complete run has left ${JSON.stringify(marksOf(row))}`,
      );
    }
  }
  return found;
}

type Row = Readonly<Record<string, unknown>>;

function isOpen(row: Row, archived: boolean): boolean {
  return String(row['_archived']) === String(archived) && row['_deleted_at'] === null;
}

function marksOf(row: Row = {}): Row {
  const { _archived, _deleted_at, _merged_into_id } = row;
  return { _archived, _deleted_at, _merged_into_id };
}
