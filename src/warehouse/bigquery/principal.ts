import type { Connection } from './connection.ts';

/** Who asks, as IAM writes it; nothing where the credentials do not tell, such as those of a person. */
export async function principal({ client }: Connection): Promise<string | undefined> {
  try {
    const { client_email: email } = await client.authClient.getCredentials();
    return email === undefined ? undefined : `serviceAccount:${email}`;
  } catch {
    return undefined;
  }
}
