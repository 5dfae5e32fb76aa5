import { BigQuery } from '@google-cloud/bigquery';
import { PassThroughClient } from 'google-auth-library';
import type { Job, JobConfiguration, QueryParameter, QueryResults } from './rest.ts';

export interface TestClient {
  readonly bigquery: BigQuery;
  readonly request: <Answer>(method: string, uri: string, options?: RequestOptions) => Promise<Answer>;
  /** Inserts a query job and waits for its end. */
  readonly query: (query: string, options?: QueryOptions) => Promise<Job>;
  /** The rows of a SELECT, as texts. */
  readonly rows: (query: string, options?: QueryOptions) => Promise<unknown[][]>;
}

interface RequestOptions {
  readonly body?: object;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

interface QueryOptions {
  readonly jobId?: string;
  readonly location?: string;
  readonly parameters?: QueryParameter[];
  readonly labels?: Record<string, string>;
  readonly maximumBytesBilled?: string;
  readonly dryRun?: boolean;
}

/** Google's own client, talking to the double; or, with Application Default Credentials, to wherever the live suite runs. */
export function testClient(
  url: string | undefined,
  projectId: string,
  credentials: 'none' | 'default' = 'none',
): TestClient {
  const bigquery = new BigQuery({
    projectId,
    ...(url !== undefined && { apiEndpoint: url }),
    autoRetry: false,
    ...(credentials === 'none' && { authClient: new PassThroughClient() }),
  });
  const request = <Answer>(method: string, uri: string, options: RequestOptions = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { body, query, headers } = options;
      const given = {
        method: method as 'GET',
        uri,
        ...(body && { json: body }),
        ...(query && { qs: query }),
        ...(headers && { headers }),
      };
      bigquery.request(given, (error, answer) => {
        if (error === null) resolve(answer as Answer);
        else reject(error);
      });
    });
  const insert = (query: string, options: QueryOptions): Promise<Job> => {
    const { jobId, location = 'EU', parameters, labels, maximumBytesBilled, dryRun } = options;
    const configuration: JobConfiguration = {
      query: {
        query,
        useLegacySql: false,
        ...(parameters && { queryParameters: parameters, parameterMode: 'NAMED' }),
        ...(maximumBytesBilled !== undefined && { maximumBytesBilled }),
      },
      ...(labels && { labels }),
      ...(dryRun === true && { dryRun }),
    };
    return request('POST', '/jobs', {
      body: { jobReference: { ...(jobId !== undefined && { jobId }), location }, configuration },
    });
  };
  const query = async (sql: string, options: QueryOptions = {}): Promise<Job> => {
    let job = await insert(sql, options);
    while (job.status?.state !== 'DONE') {
      const { jobId = '', location = '' } = job.jobReference ?? {};
      job = await request<Job>('GET', `/jobs/${jobId}`, { query: { location } });
    }
    return job;
  };
  return {
    bigquery,
    request,
    query,
    async rows(sql, options) {
      const { status, jobReference } = await query(sql, options);
      if (status?.errorResult) throw new Error(status.errorResult.message);
      const { jobId = '', location = '' } = jobReference ?? {};
      const { rows = [] } = await request<QueryResults>('GET', `/queries/${jobId}`, { query: { location } });
      return rows.map(({ f = [] }) => f.map(({ v }) => v as unknown));
    },
  };
}
