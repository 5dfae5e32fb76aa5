import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { emptyFolder } from '../cli/run-keyway.ts';
import { startBigqueryDouble, type BigqueryDouble } from '../support/bigquery/index.ts';
import type { Environment } from './account.ts';

export interface TestBigquery {
  readonly double: BigqueryDouble;
  /** What the program is told of it: where it is, and credentials of the kind that a workload has (workload identity federation). */
  readonly env: Environment;
}

export async function withBigquery(): Promise<TestBigquery> {
  const double = await startBigqueryDouble();
  onTestFinished(() => double.close());
  const folder = emptyFolder();
  const [token, credentials] = [join(folder, 'token'), join(folder, 'credentials.json')];
  writeFileSync(token, 'a-token-of-the-workload');
  writeFileSync(
    credentials,
    JSON.stringify({
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${double.url}/token`,
      credential_source: { file: token },
    }),
  );
  const url = `bigquery://${double.project}/hubspot?location=EU&endpoint=${encodeURIComponent(double.url)}`;
  return { double, env: { KEYWAY_WAREHOUSE: url, GOOGLE_APPLICATION_CREDENTIALS: credentials } };
}
