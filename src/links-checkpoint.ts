import type { Instant } from './source.ts';
import type { Unread } from './unread.ts';

/** Links are read for rows that were written since, and, a stretch per run, for all rows in turn. */
export interface LinksCheckpoint {
  readonly kind: 'links';
  /** On the warehouse's clock: the links of rows written before are in. */
  readonly written: Instant;
  /** On the warehouse's clock: records whose rows were written before, and do not live, have no links; where that is later. */
  readonly forgotten?: Instant;
  /** When the last sweep over all rows began; absent before the first one is through. */
  readonly swept?: Instant;
  readonly sweep?: LinksSweep;
  /** When the sweep last moved on. */
  readonly steppedAt: Instant;
  /** HubSpot answers this pair only when asked from its other end. */
  readonly reversed?: boolean;
  /** Records whose links HubSpot could not give. */
  readonly unread?: Unread;
  /** When the kinds of links that the pair can have were last asked for. */
  readonly typesAt?: Instant;
  /** Links that HubSpot has ceased to give since the sweep began, as far as no new ones have made up for them. */
  readonly lost?: number;
}

/** A pass over all rows, part of which is done. */
export interface LinksSweep {
  readonly startedAt: Instant;
  /** Everything up to this id is done. */
  readonly afterId?: string;
  readonly found: number;
  /** Of a pair that is asked from its other end: the first one, too, has given all that was found. */
  readonly fromBoth?: boolean;
}
