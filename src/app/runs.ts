import { KeywayError } from '../errors.ts';
import type { PipelineRun, Run } from '../run.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { openToRead } from './open-to-read.ts';
import { readOnly } from './read-only-warehouse.ts';

export interface RunsRequest {
  readonly limit: number;
  /** Id of one run, or its beginning. */
  readonly run?: string;
}

export interface RunsReport {
  readonly warehouse: string;
  /** The latest one first. */
  readonly runs: readonly Run[];
  /** Of the one run that was asked for. */
  readonly pipelines?: readonly PipelineRun[];
}

/** What was run, and what came of it. Writes nothing. Throws `unknown_run` when there is none of that id. */
export async function runs(parts: AppParts, request: RunsRequest): Promise<RunsReport> {
  const opened = await openToRead(parts);
  try {
    const warehouse = await readOnly(opened);
    if (request.run === undefined)
      return { warehouse: warehouse.label, runs: await warehouse.runs(request.limit) };
    const run = await oneRun(warehouse, request.run);
    return { warehouse: warehouse.label, runs: [run], pipelines: await warehouse.pipelineRunsOf(run.id) };
  } finally {
    await opened.close();
  }
}

async function oneRun(warehouse: Warehouse, beginning: string): Promise<Run> {
  const found = (await warehouse.runs(searched)).filter(({ id }) => id.startsWith(beginning.toLowerCase()));
  const [only, ...more] = found;
  if (only !== undefined && more.length === 0) return only;
  const what =
    only === undefined
      ? `There is no run ${JSON.stringify(beginning)} among the last ${searched}.`
      : `${found.length} runs begin with ${beginning}.`;
  throw new KeywayError('unknown_run', `${what} keyway runs lists them; give more of its id.`);
}

/** As far back as a run is looked for. */
const searched = 10_000;
