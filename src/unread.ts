import type { Instant } from './source.ts';

/** Records that HubSpot could not give when they were due: they are asked for again in each run. */
export interface Unread {
  readonly ids: readonly string[];
  /** What the pipeline was complete up to before the first of them was due; absent: nothing yet. */
  readonly since?: Instant;
  /** When each was first due; of records of objects, which may be too new for some answers. */
  readonly firstDue?: Readonly<Record<string, Instant>>;
}
