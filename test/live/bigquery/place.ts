import { testClient, type TestClient } from '../../support/bigquery/client.ts';

/** Where the live suite runs, and the beginning of all names of its datasets. */
export interface LivePlace {
  readonly project: string;
  readonly location: string;
  /** Absent: Google's public one. Another one is for Private Service Connect. */
  readonly endpoint: string | undefined;
  readonly prefix: string;
}

export function livePlace(): LivePlace {
  const { BIGQUERY_LIVE_PROJECT, BIGQUERY_LIVE_LOCATION, BIGQUERY_LIVE_ENDPOINT, BIGQUERY_LIVE_RUN } =
    process.env;
  if (BIGQUERY_LIVE_PROJECT === undefined || BIGQUERY_LIVE_RUN === undefined) {
    throw new Error('Run it by npm run test:bigquery-live');
  }
  return {
    project: BIGQUERY_LIVE_PROJECT,
    location: BIGQUERY_LIVE_LOCATION ?? 'EU',
    endpoint: BIGQUERY_LIVE_ENDPOINT,
    prefix: BIGQUERY_LIVE_RUN,
  };
}

/** Google's client, with nothing of ours between. */
export function liveClient({ project, endpoint }: LivePlace): TestClient {
  return testClient(endpoint, project, 'default');
}

export async function dropDataset(client: TestClient, name: string): Promise<void> {
  const uri = `/datasets/${name}`;
  await client.request('DELETE', uri, { query: { deleteContents: 'true' } }).catch((error: unknown) => {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 404) throw error;
  });
}

interface DatasetList {
  readonly datasets?: readonly { readonly datasetReference: { readonly datasetId: string } }[];
  readonly nextPageToken?: string;
}

/** All datasets of this run that are still there. */
export async function datasetsOf(client: TestClient, prefix: string): Promise<readonly string[]> {
  const names: string[] = [];
  let pageToken: string | undefined;
  do {
    const page: DatasetList = await client.request<DatasetList>('GET', '/datasets', {
      query: { maxResults: '1000', ...(pageToken === undefined ? {} : { pageToken }) },
    });
    names.push(...(page.datasets ?? []).map(({ datasetReference }) => datasetReference.datasetId));
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return names.filter((name) => name.startsWith(prefix));
}
