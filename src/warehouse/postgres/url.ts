import { Client, type ClientConfig } from 'pg';
import { KeywayError } from '../../errors.ts';

export interface Server {
  readonly config: ClientConfig;
  /** `host:port/database` */
  readonly server: string;
  readonly user: string;
}

/** What the URL points at, in words that hold no password. */
export function serverOf(url: string): Server {
  const config = { connectionString: libpqMeaning(url) };
  try {
    if (!/^postgres(?:ql)?:\/\//.test(url)) throw new Error('not a postgres:// URL');
    const { host, port, database, user } = new Client(config);
    return { config, server: `${host}:${port}/${database ?? user ?? ''}`, user: user ?? '' };
  } catch {
    // The driver's own error holds the URL, and with it the password.
    throw new KeywayError(
      'config_invalid',
      'The warehouse URL cannot be read. It has the form postgres://user:password@host:5432/database; special characters in the password are percent-encoded.',
    );
  }
}

/** The driver reads `require` as `verify-full`; libpq, and so everyone who writes such a URL, does not. */
function libpqMeaning(url: string): string {
  return /[?&]sslmode=(?:require|prefer)\b/.test(url) && !/uselibpqcompat/.test(url)
    ? `${url}&uselibpqcompat=true`
    : url;
}
