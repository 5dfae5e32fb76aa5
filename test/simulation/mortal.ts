import type { Around } from '../support/sync-world.ts';
import { everyCall, type Through } from './every-call.ts';
import { callOf, callsAtFirst, type Kill } from './kills-of-life.ts';

export interface Fate extends Required<Around> {
  /** Whether the process has died: it may end before its n-th call. */
  readonly struck: () => boolean;
}

/** A process that dies at one of its calls: from then on nothing that it does has any effect. */
export function mortal(kill: Kill, callsBefore = callsAtFirst): Fate {
  const fatal = callOf(kill, callsBefore);
  let calls = 0;
  let dead = false;
  const live: Through = async (_name, effect) => {
    if (dead) throw died();
    const last = ++calls === fatal;
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
