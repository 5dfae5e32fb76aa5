import { KeywayError } from '../errors.ts';

/**
 * The key as it goes into the header: without the spaces, quotes and `Bearer ` that come along when it is pasted.
 * Throws `key_missing` or `key_refused`, never with the value.
 */
export function cleanKey(text: string): string {
  const key = bare(text);
  if (key === '') {
    throw new KeywayError('key_missing', 'No Service Key was given. Set HUBSPOT_SERVICE_KEY.');
  }
  if (!bearerToken.test(key)) {
    throw new KeywayError(
      'key_refused',
      'The Service Key contains characters that no key has, such as a line break or a space. Copy it again from HubSpot.',
    );
  }
  return key;
}

/** RFC 6750, section 2.1. Anything else could break out of the header, and some clients print the header when it does. */
const bearerToken = /^[A-Za-z0-9\-._~+/]+=*$/;

function bare(text: string): string {
  const surrounding = /^[\s\u200b\ufeff"'`]+|[\s\u200b\ufeff"'`]+$/g;
  return text
    .replace(surrounding, '')
    .replace(/^(?:authorization:\s*)?bearer(?:\s+|$)/i, '')
    .replace(surrounding, '');
}
