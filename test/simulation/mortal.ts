import type { Around } from '../support/sync-world.ts';
import { everyCall, type Through } from './every-call.ts';

export interface Fate extends Required<Around> {
  /** Whether the process has died: it may end before its n-th call. */
  readonly struck: () => boolean;
}

/** A process that dies at its n-th call: from then on nothing that it does has any effect. */
export function mortal(kill: { readonly call: number; readonly when: 'before' | 'after' }): Fate {
  let calls = 0;
  let dead = false;
  const live: Through = async (_name, effect) => {
    if (dead) throw died();
    const last = ++calls === kill.call;
    if (last) dead = true;
    if (last && kill.when === 'before') throw died();
    const result = await effect();
    if (dead) throw died();
    return result;
  };
  return {
    source: (source) => everyCall(source, live),
    warehouse: (warehouse) => everyCall(warehouse, live),
    struck: () => dead,
  };
}

function died(): Error {
  return new Error('planted death');
}
