import { KeywayError, type KeywayErrorOptions } from '../errors.ts';

/** An answer that can't be what HubSpot means: worth another try, and never to be read as "nothing there". */
export function badAnswer(what: string, details: KeywayErrorOptions['details'] = {}): KeywayError {
  return new KeywayError(
    'hubspot_bad_answer',
    `HubSpot's answer cannot be used: ${what}. Try again later; if it stays so, look for a proxy between Keyway and HubSpot.`,
    { verdict: 'retry', details },
  );
}
