import type { Bucket } from './api-request.ts';

export type LimitPolicy = 'SECONDLY' | 'TEN_SECONDLY_ROLLING' | 'DAILY';

/** Which limit a 429 is about. Three shapes of its body are in use, and the oldest names no policy. */
export function limitPolicy(body: Readonly<Record<string, unknown>>, bucket: Bucket): LimitPolicy {
  for (const words of [body['policyName'], body['message']]) {
    if (typeof words !== 'string') continue;
    if (/daily/i.test(words)) return 'DAILY';
    if (/ten_secondly/i.test(words)) return 'TEN_SECONDLY_ROLLING';
    if (/secondly/i.test(words)) return 'SECONDLY';
  }
  return bucket === 'search' ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING';
}
