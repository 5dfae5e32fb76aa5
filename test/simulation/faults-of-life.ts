import type { FaultKind } from '../../src/sandbox/index.ts';
import type { SyncStep } from './life.ts';
import { chance, oneOf, type Random } from './random.ts';

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
] as const satisfies readonly FaultKind[];

/** What goes wrong with some of a sync's answers. */
export function drawFault(random: Random): SyncStep['faults'][number] {
  if (chance(random, 0.1)) return { kind: 'broken record', probability: 1 };
  return { kind: chance(random, 0.03) ? 'daily 429' : oneOf(random, faultKinds), probability: 0.02 };
}
