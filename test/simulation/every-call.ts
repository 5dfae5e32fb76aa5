import type { Source } from '../../src/source.ts';
import type { Warehouse } from '../../src/warehouse.ts';

/** Decides when a call takes effect, and whether. */
export type Through = <Result>(name: string, effect: () => Promise<Result>) => Promise<Result>;

/** The port, with everything that it does outside of the process going through `through`. */
export function everyCall<Port extends Source | Warehouse>(port: Port, through: Through): Port {
  return new Proxy(port, {
    get(target, property, receiver) {
      const member: unknown = Reflect.get(target, property, receiver);
      const name = String(property);
      if (typeof member !== 'function' || inside.has(name)) return member;
      return (...args: unknown[]) => {
        if (!sequences.has(name)) {
          return through(name, async () => (await Reflect.apply(member, target, args)) as unknown);
        }
        return stepwise(Reflect.apply(member, target, args) as AsyncIterable<unknown>, (step) =>
          through(name, step),
        );
      };
    },
  });
}

const inside = new Set(['now', 'usage', 'close', 'packer']);
const sequences = new Set(['read', 'ids', 'idsCreated', 'listMembers']);

type Next = () => Promise<IteratorResult<unknown>>;

async function* stepwise(
  items: AsyncIterable<unknown>,
  through: (step: Next) => ReturnType<Next>,
): AsyncGenerator {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await through(() => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
