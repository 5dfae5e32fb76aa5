import type bigquery from '@google-cloud/bigquery/build/src/types.d.ts';
import { AnalysisError } from './analysis-error.ts';
import type { Analyser, Given } from './index.ts';
import { columnsOf, parametersOf } from './rest.ts';
import { tablesNamed } from './rules.ts';

export type Query = bigquery.default.IJobConfigurationQuery;
export type Field = bigquery.default.ITableFieldSchema;

/** A query job, and what Google's analyser says of it. */
export interface AnalysedJob {
  readonly sql: string;
  /** The tables that it names, as they were at that moment, and its parameters. */
  readonly given: Required<Given>;
  /** What is wrong; nothing when all is well. */
  readonly complaint?: string;
}

/** The schema of a table by its path, such as project.dataset.table; nothing where there is none. */
export type SchemaOf = (path: string) => Promise<readonly Field[] | undefined>;

export async function analysedJob(
  { query: sql = '', queryParameters = [] }: Query,
  schemaOf: SchemaOf,
  analyse: Analyser['analyse'],
): Promise<AnalysedJob> {
  const tables: Record<string, Readonly<Record<string, string>>> = {};
  for (const name of tablesNamed(sql)) {
    const fields = await schemaOf(name);
    if (fields !== undefined) tables[name] = columnsOf(fields);
  }
  const given = { tables, parameters: parametersOf(queryParameters) };
  try {
    await analyse(sql, given);
    return { sql, given };
  } catch (error) {
    if (error instanceof AnalysisError) return { sql, given, complaint: error.message };
    throw error;
  }
}

/** The answer to a job that is refused. */
export function refusalOf(complaint: string): object {
  return {
    error: { code: 400, message: complaint, errors: [{ reason: 'invalidQuery', message: complaint }] },
  };
}
