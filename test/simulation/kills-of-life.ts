import { everyCall, type Through } from './every-call.ts';
import { chance, oneOf, type Random } from './random.ts';
import type { Around } from '../support/sync-world.ts';

/** The process dies at one of its calls of the source or the warehouse, before it or right after it. */
export type Kill = { readonly when: 'before' | 'after' } & (
  | { readonly call: number }
  /** Of as many calls as the last whole run made. */
  | { readonly share: number }
);

/** Half of all deaths come early, where most is decided; the others anywhere in a run, however long it is. */
export function drawKill(random: Random): { kill?: Kill } {
  if (!chance(random, 0.35)) return {};
  const when = oneOf(random, ['before', 'after'] as const);
  return { kill: { when, ...(chance(random, 0.5) ? early(random) : { share: random() }) } };
}

function early(random: Random): { readonly call: number } {
  return { call: 1 + Math.floor(300 ** random()) };
}

export function callOf(kill: Kill, callsBefore: number): number {
  return 'call' in kill ? kill.call : 1 + Math.floor(kill.share * callsBefore);
}

/** Until a run has been counted: most make fewer. */
export const callsAtFirst = 300;

/** Counts what could kill a process. */
export function countCalls(): Required<Around> & { readonly calls: () => number } {
  let calls = 0;
  const count: Through = (_name, effect) => {
    calls += 1;
    return effect();
  };
  return {
    source: (source) => everyCall(source, count),
    warehouse: (warehouse) => everyCall(warehouse, count),
    calls: () => calls,
  };
}
