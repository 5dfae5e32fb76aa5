import { bigqueryDataset } from './bigquery-url.ts';
import type { Environment } from './environment.ts';
import type { Given } from './given.ts';

/** Where rows and state go, as far as somebody said it, and it is right by itself. */
export interface Places {
  readonly warehouse?: Place;
  readonly schema?: Place;
  readonly stateSchema?: Place;
}

export interface Place {
  readonly text: string;
  readonly given: Given;
}

/** In BigQuery, the URL names the dataset of the rows, and the state's is called after it; nothing for other warehouses. */
export function datasetsOf({
  warehouse,
  stateSchema,
}: Places): { readonly schema: string; readonly stateSchema: string } | undefined {
  const dataset = bigqueryDataset(warehouse?.text);
  return dataset === undefined
    ? undefined
    : { schema: dataset, stateSchema: stateSchema?.text ?? `${dataset}_keyway` };
}

/** What is wrong with datasets each of which is named rightly, or with the surroundings of Google's client. */
export function datasetProblems(places: Places, env: Environment): readonly string[] {
  const datasets = datasetsOf(places);
  if (datasets === undefined) return [];
  const { schema: dataset, stateSchema: state } = datasets;
  const problems: string[] = [];
  if (places.schema !== undefined && places.schema.text !== dataset)
    problems.push(
      `${places.schema.given.subject([])} must be left out: the URL of the warehouse names the dataset already, ${dataset}`,
    );
  // What is in the staging dataset expires: rows must not be there.
  if (places.stateSchema !== undefined && [state, stagingDataset(state)].includes(dataset))
    problems.push(
      `${places.stateSchema.given.subject([])} must be another dataset: ${state} and ${stagingDataset(state)} are for Keyway alone, and the rows go to ${dataset}`,
    );
  if ((env[emulator] ?? '') !== '')
    problems.push(
      `${emulator} is set: Google's client would send everything there, credentials included. Unset it; another address of BigQuery's goes into the URL of the warehouse, as endpoint=https://…`,
    );
  return problems;
}

/** Where rows wait for their batch. */
export function stagingDataset(state: string): string {
  return `${state}_staging`;
}

/** Read by Google's client, and obeyed before all that it is told otherwise. */
const emulator = 'BIGQUERY_EMULATOR_HOST';
