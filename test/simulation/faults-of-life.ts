import type { FaultKind } from '../../src/sandbox/index.ts';
import { between, chance, oneOf, type Random } from './random.ts';

const faultKinds = [
  'locked 423',
  'burst 429',
  'search 429',
  'search 429 with policy',
  'error 500',
  'html 502',
  'html 503',
  'html 504',
  'edge 524',
  'html 200',
  'truncated json',
  'truncated gzip',
  'bit flip gzip',
  'reset',
  'no results key',
  'error envelope 200',
  'next link elsewhere',
  'empty page',
  'short page',
  'repeated cursor',
  'duplicate rows',
  'stray rows',
  'lost ids',
  'stale read',
  'late record',
] as const satisfies readonly FaultKind[];

/** One part of HubSpot is down for as long as a run lasts, while all others are well. */
const parts = ['/search', 'archived=true', '/batch/read', '/associations/', '/properties/', '/memberships'];

/** What goes wrong with some of a sync's answers. */
function drawFault(random: Random): Fault {
  if (chance(random, 0.1)) return { kind: 'broken record', probability: 1 };
  if (chance(random, 0.1)) return { kind: 'late record', probability: 1 };
  if (chance(random, 0.1)) {
    return {
      kind: oneOf(random, ['error 500', 'html 503', 'reset']),
      probability: 1,
      match: oneOf(random, parts),
    };
  }
  return { kind: chance(random, 0.03) ? 'daily 429' : oneOf(random, faultKinds), probability: 0.02 };
}

interface Fault {
  readonly kind: FaultKind;
  readonly probability: number;
  /** Strikes only requests whose path contains this. */
  readonly match?: string;
}

/** What happens to an account and to HubSpot while a process is at work. */
export interface Troubles {
  /** People go on working: so many changes before every k-th request. */
  readonly busy?: { readonly every: number; readonly steps: number; readonly seed: number };
  readonly faults: readonly Fault[];
  /** Milliseconds that a page takes. */
  readonly perPage: number;
}

export const noTroubles: Troubles = { faults: [], perPage: 0 };

export function drawTroubles(random: Random): Troubles {
  const faults = chance(random, 0.4)
    ? Array.from({ length: between(random, 1, 4) }, () => drawFault(random))
    : [];
  const busy = { every: between(random, 2, 7), steps: between(random, 1, 3), seed: between(random, 1, 1e6) };
  return {
    ...(chance(random, 0.6) && { busy }),
    faults,
    perPage: chance(random, 0.3) ? 0 : between(random, 0, 300) * 1000,
  };
}
