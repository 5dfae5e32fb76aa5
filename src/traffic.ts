import type { ErrorCode } from './errors.ts';

/**
 * What a source tells of its requests as it makes them, to whoever counts. Names and numbers only: nothing of what was asked
 * for or answered. A listener never throws and never waits.
 */
export type Traffic =
  /** One attempt, after so many milliseconds; status 0 is one without an answer. */
  | {
      readonly kind: 'asked';
      /** Method and route template, such as `GET /crm/objects/{object}`. */
      readonly endpoint: string;
      readonly status: number;
      readonly ms: number;
    }
  /** A request has stood in the line before one of the source's limits for so many milliseconds. */
  | { readonly kind: 'waited'; readonly limit: string; readonly ms: number }
  /** It failed, and is tried again after so many milliseconds. */
  | { readonly kind: 'retried'; readonly reason: ErrorCode; readonly ms: number }
  /** What an answer told: so many of so many requests are left. */
  | { readonly kind: 'left'; readonly policy: string; readonly left: number; readonly limit: number };

export type TrafficListener = (event: Traffic) => void;
