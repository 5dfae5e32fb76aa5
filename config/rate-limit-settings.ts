import { number, whole } from './kinds.ts';

/** How much of HubSpot's limits Keyway takes. */
export const rateLimitSettings = {
  'backfill.share': {
    kind: number(0.01, 1),
    default: 0.5,
    meaning: "part of what Keyway takes of HubSpot's limits that a backfill takes ([Backfills](#backfills))",
    example: 0.25,
  },
  'rateLimit.share': {
    kind: number(0.01, 1),
    default: 0.85,
    meaning: "part of the account's burst limit that Keyway takes; the rest is left to other apps",
    example: 0.5,
  },
  'rateLimit.searchPerSecond': {
    kind: number(0.1, 10_000),
    default: 3.5,
    meaning: 'search requests a second; HubSpot allows 5 to the whole account',
    example: 2,
  },
  'rateLimit.associationsPerSecond': {
    kind: number(0.1, 10_000),
    default: 10,
    meaning: 'association requests a second',
    example: 5,
  },
  'rateLimit.dailyReserve': {
    kind: number(0, 0.99),
    default: 0.05,
    meaning: "part of the account's daily limit that Keyway never touches",
    example: 0.2,
  },
  'rateLimit.concurrency': {
    kind: whole(1, 64),
    default: 8,
    meaning: 'requests that are under way at the same time',
    example: 4,
  },
} as const;
