import type { Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import type { Around } from '../support/sync-world.ts';

/** A process that dies at its n-th call: from then on nothing that it does has any effect. */
export function mortal(kill: { readonly call: number; readonly when: 'before' | 'after' }): Required<Around> {
  let calls = 0;
  let dead = false;
  const live = async <Result>(effect: () => Promise<Result>): Promise<Result> => {
    if (dead) throw died();
    const last = ++calls === kill.call;
    if (last) dead = true;
    if (last && kill.when === 'before') throw died();
    const result = await effect();
    if (dead) throw died();
    return result;
  };
  return { source: (source) => wrapped(source, live), warehouse: (warehouse) => wrapped(warehouse, live) };
}

function died(): Error {
  return new Error('planted death');
}

type Live = <Result>(effect: () => Promise<Result>) => Promise<Result>;

/** Every method that does something outside of the process. */
function wrapped<Port extends Source | Warehouse>(port: Port, live: Live): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== 'function' || harmless.has(String(name))) return member;
      return (...args: unknown[]) => {
        if (!sequences.has(String(name))) {
          return live(async () => (await Reflect.apply(member, target, args)) as unknown);
        }
        return stepwise(Reflect.apply(member, target, args) as AsyncIterable<unknown>, live);
      };
    },
  });
}

const harmless = new Set(['now', 'usage', 'close', 'packer']);
const sequences = new Set(['read', 'ids', 'idsCreated']);

async function* stepwise(items: AsyncIterable<unknown>, live: Live): AsyncGenerator {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await live(() => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
