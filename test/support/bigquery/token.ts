import type { Outgoing } from './double.ts';

export const accessToken = 'a-token-of-the-double';

/** A security token service, for credentials of the type `external_account`. https://docs.cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
export function tokenAnswer(body: string): Outgoing {
  const form = new URLSearchParams(body);
  if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:token-exchange')
    return { status: 400, body: { error: 'unsupported_grant_type' } };
  if (!form.get('subject_token')) return { status: 400, body: { error: 'invalid_request' } };
  return {
    status: 200,
    body: {
      access_token: accessToken,
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 3600,
    },
  };
}
