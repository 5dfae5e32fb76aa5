import { KeywayError } from '../errors.ts';

/** Whether less at a time may go where this much did not, even after the usual retries. */
export function isTooHeavy(error: unknown): error is KeywayError {
  if (!(error instanceof KeywayError)) return false;
  return error.details['code'] === tooLarge || heavyStatuses.has(Number(error.details['status']));
}

/** An answer beyond the limit on its size. */
export const tooLarge = 'TOO_LARGE';

/** 414 too: a proxy in between may take shorter URLs than HubSpot. And 500, since one record may be what HubSpot fails at. */
const heavyStatuses: ReadonlySet<number> = new Set([413, 414, 500, 502, 504, 524]);
