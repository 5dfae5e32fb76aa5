import { writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Application Default Credentials that a process of its own takes to the double: of the type `external_account`, as for
 * workload identity federation, with the double's `POST /token` for a security token service. google-auth-library takes
 * any address for `token_url`, http too. For `GOOGLE_APPLICATION_CREDENTIALS`.
 * https://docs.cloud.google.com/iam/docs/workload-identity-federation-with-other-providers
 */
export async function writeCredentials(folder: string, url: string): Promise<string> {
  const subject = path.join(folder, 'subject-token');
  await writeFile(subject, 'a-token-of-the-workload');
  const file = path.join(folder, 'credentials.json');
  await writeFile(
    file,
    JSON.stringify({
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `${url}/token`,
      credential_source: { file: subject },
    }),
  );
  return file;
}
