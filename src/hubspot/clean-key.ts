import { KeywayError } from '../errors.ts';
import { fitsHeader, pastedKey } from '../pasted-key.ts';

/** The key as it goes into the header. Throws `key_missing` or `key_refused`, never with the value. */
export function cleanKey(text: string): string {
  const key = pastedKey(text);
  if (key === '') {
    throw new KeywayError('key_missing', 'No Service Key was given. Set HUBSPOT_SERVICE_KEY.');
  }
  if (!fitsHeader(key)) {
    throw new KeywayError(
      'key_refused',
      'The Service Key contains characters that no key has, such as a line break or a space. Copy it again from HubSpot.',
    );
  }
  return key;
}
